// For tests: a machine that does as the simulator says, apart from what the test changes.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/json/json.h"
#include "experiment/point_run.h"
#include "experiment/point_runner.h"
#include "experiment/simulated/simulated_runner.h"

namespace daris::testing {

class OtherMachine final : public PointRunner {
 public:
  [[nodiscard]] Result<Point> settle(const RunConfig& config) override {
    if (lacks(config.backend)) return environment_error("no GPU");
    return model_.settle(config);
  }
  [[nodiscard]] Status check(const Point& point) override {
    if (refuses(point.config)) return Error{"the GPU's memory is too small"};
    return model_.check(point);
  }
  [[nodiscard]] Result<PointRun> run(const Point& point, std::size_t threads,
                                     const std::function<bool()>& stopped) override {
    ++runs;
    DARIS_TRY_ASSIGN(PointRun ran, model_.run(point, threads, stopped));
    if (ran.point) change(point.config, *ran.point);
    ran.mishap = mishap();
    return ran;
  }
  [[nodiscard]] Status run_all(std::span<const Point> points, std::size_t threads,
                               const std::function<bool()>& stopped, const PointDone& done,
                               const PointFailed& failed) override {
    const PointDone changed = [&](std::size_t i, Json point) {
      change(points[i].config, point);
      return done(i, std::move(point));
    };
    return model_.run_all(points, threads, stopped, changed, failed);
  }
  [[nodiscard]] std::string expected_time(std::span<const Point>, std::size_t, std::size_t,
                                          const PastRuns&) override {
    return "";
  }
  [[nodiscard]] ReportKind kind() const override { return ReportKind::kLive; }
  [[nodiscard]] Provenance provenance(const Point&) const override {
    Provenance provenance;
    provenance.program = "daris";
    provenance.gpu = gpu;
    return provenance;
  }

  // What the test sets.
  std::function<bool(Backend)> lacks = [](Backend) { return false; };
  std::function<bool(const SettledConfig&)> refuses = [](const SettledConfig&) { return false; };
  std::function<void(const SettledConfig&, Json& point)> change = [](const SettledConfig&, Json&) {};
  std::function<std::optional<Error>()> mishap = [] { return std::nullopt; };  // of each run by itself
  std::string gpu = "Another GPU";

  std::size_t runs = 0;  // how many points it ran by themselves

 private:
  SimulatedRunner model_;
};

}  // namespace daris::testing
