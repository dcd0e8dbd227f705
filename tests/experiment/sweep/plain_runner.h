// For tests: a runner that takes every configuration. It runs none, or gives a point of the simulator's
// for each. A point's id is its seed.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/json/json.h"
#include "experiment/normalise.h"
#include "experiment/point_run.h"
#include "experiment/point_runner.h"
#include "experiment/sweep/id_set.h"

namespace daris::testing {

class PlainRunner final : public PointRunner {
 public:
  [[nodiscard]] Result<Point> settle(const RunConfig& config) override {
    ++settled;
    on_settle();
    DARIS_TRY_ASSIGN(SettledConfig settled_config, normalise(config, World::kSimulated));
    return Point{id_text(config.seed), std::move(settled_config)};
  }
  [[nodiscard]] Status check(const Point&) override {
    ++checked;
    on_check();
    return {};
  }
  [[nodiscard]] Result<PointRun> run(const Point&, std::size_t, const std::function<bool()>&) override {
    return PointRun();
  }
  [[nodiscard]] Status run_all(std::span<const Point> points, std::size_t, const std::function<bool()>&,
                               const PointDone&, const PointFailed& failed) override {
    run_points += points.size();
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (const std::optional<Error> reason = failure_of(points[i])) failed(i, *reason);
    }
    return {};
  }
  [[nodiscard]] std::string expected_time(std::span<const Point>, std::size_t, std::size_t,
                                          const PastRuns&) override {
    return "no time";
  }
  [[nodiscard]] ReportKind kind() const override { return ReportKind::kSimulated; }
  [[nodiscard]] Provenance provenance(const Point&) const override { return {}; }

  // What the test sets.
  std::function<void()> on_settle = [] {};
  std::function<void()> on_check = [] {};
  std::function<std::optional<Error>(const Point&)> failure_of = [](const Point&) { return std::nullopt; };

  // How often it was asked.
  std::size_t settled = 0;
  std::size_t checked = 0;
  std::size_t run_points = 0;
};

}  // namespace daris::testing
