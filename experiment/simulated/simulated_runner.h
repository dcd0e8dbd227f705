// The simulator as a PointRunner.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "experiment/capacity.h"
#include "experiment/inputs.h"
#include "experiment/point_runner.h"
#include "experiment/scenario.h"
#include "experiment/scenario_check.h"

namespace daris {

// Points may be settled and checked while others run.
class SimulatedRunner final : public PointRunner {
 public:
  // The event log of the first replication goes to `log_file`, if that is not empty.
  explicit SimulatedRunner(std::string log_file = "") : log_file_(std::move(log_file)) {}

  [[nodiscard]] Result<Point> settle(const RunConfig& config) override;
  [[nodiscard]] Status check(const Point& point) override;
  [[nodiscard]] Result<PointRun> run(const Point& point, std::size_t threads,
                                     const std::function<bool()>& stopped) override;
  // Runs points side by side; if there are fewer than threads, their replications too.
  [[nodiscard]] Status run_all(std::span<const Point> points, std::size_t threads,
                               const std::function<bool()>& stopped, const PointDone& done,
                               const PointFailed& failed) override;
  // Runs short pieces of some of the points; `past` is not read.
  [[nodiscard]] std::string expected_time(std::span<const Point> points, std::size_t all, std::size_t threads,
                                          const PastRuns& past) override;
  [[nodiscard]] ReportKind kind() const override { return ReportKind::kSimulated; }
  [[nodiscard]] Provenance provenance(const Point& point) const override;

 private:
  // The scenario in its shape, which is first chosen if the point leaves it open. Threads: any.
  [[nodiscard]] Result<Scenario> shaped_scenario(const Point& point, const ScenarioInputs& inputs,
                                                 std::size_t threads);
  // As run(). A lack of memory is an error of the environment, since another point may need less.
  [[nodiscard]] Result<PointRun> run_in_memory(const Point& point, std::size_t threads,
                                               const std::function<bool()>& stopped);
  struct Expected {
    double first_s = 0;  // those of the configuration; with a precision the first round
    double most_s = 0;   // all that the precision may take; else the same
  };
  // About how long run() takes on one thread. Errors: those of run().
  [[nodiscard]] Result<Expected> expected_seconds(const Point& point);

  std::string log_file_;
  CapacityCache capacities_;
  ScenarioCheck scenario_check_{capacities_};
  // What settle() read for the point. Nothing is kept for each point: a sweep may have a million.
  [[nodiscard]] ScenarioInputs inputs_of(const Point& point) const;

  mutable std::mutex mutex_;  // of the inputs
  mutable Inputs inputs_;
};

}  // namespace daris
