// For tests: a live runner over a plain backend, and short runs of the bundled task set "small-cnn".
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiment/live/live_runner.h"
#include "experiment/point_run.h"
#include "tests/experiment/live/plain_backend.h"

namespace daris::testing {

struct PlainWorld {
  explicit PlainWorld(std::size_t lost_after = kNever, std::unique_ptr<Nvml> nvml = nullptr,
                      const std::string& log_file = "")
      : backend(std::make_shared<PlainBackend>(lost_after)),
        runner(
            [this](const RunConfig&) -> Result<std::shared_ptr<LiveBackend>> {
              return std::shared_ptr<LiveBackend>(backend);
            },
            log_file, std::move(nvml)) {}

  // Returns null if the run fails; `error` then says why.
  Json run(
      const RunConfig& config, const std::function<bool()>& stopped = [] { return false; }) {
    const Point point = runner.settle(config).value();
    const Status status = runner.check(point);
    EXPECT_TRUE(status.ok()) << status.error().message;
    Result<PointRun> run = runner.run(point, 1, stopped);
    error = run.ok() ? "" : run.error().message;
    mishap = run.ok() ? run.value().mishap : std::nullopt;
    return run.ok() ? std::move(run.value().point).value_or(Json()) : Json();
  }

  // Runs the point as the only one of a sweep.
  Json run_in_sweep(const RunConfig& config) {
    const std::vector<Point> points = {runner.settle(config).value()};
    Json done;
    const auto take = [&](std::size_t, Json point) -> Status {
      done = std::move(point);
      return {};
    };
    const Status status = runner.run_all(
        points, 1, [] { return false; }, take,
        [](std::size_t, const Error& reason) { ADD_FAILURE() << reason.message; });
    EXPECT_TRUE(status.ok()) << status.error().message;
    return done;
  }

  std::shared_ptr<PlainBackend> backend;
  LiveRunner runner;
  std::string error;            // of the last run()
  std::optional<Error> mishap;  // of the last run()
};

// 12 tasks of 50 Hz with shared weights and deadlines of 20 ms, after 20 ms of warm-up.
inline RunConfig small_cnn_run(std::int64_t ms) {
  RunConfig config;
  config.task_set = "small-cnn";
  config.duration = Duration::from_ns(ms * kMs);
  config.warmup = Duration::from_ns(20 * kMs);
  config.saturation = false;
  return config;
}

}  // namespace daris::testing
