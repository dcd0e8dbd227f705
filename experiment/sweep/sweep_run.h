// Runs a sweep's points into its folder, on any number of threads. A sweep that was stopped goes on from
// there.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/point_warnings.h"
#include "base/host/progress.h"
#include "base/result.h"
#include "experiment/point_runner.h"
#include "experiment/sweep/sweep_file.h"
#include "experiment/sweep/sweep_folder.h"
#include "experiment/time_budget.h"

namespace daris {

inline bool never_stopped() { return false; }

// The sweep's points in grid order. Configurations that resolve to the same point give it once. Errors: of
// the input, and the message says which configuration is wrong; of the environment.
// It ends early, with some of the points, if `stopped()` says so.
[[nodiscard]] Result<std::vector<Point>> settle_sweep(const Sweep& sweep, PointRunner& runner,
                                                      const std::function<bool()>& stopped = never_stopped);

// The plan of a folder for these points. Errors: the folder was begun on another machine.
[[nodiscard]] Result<SweepPlan> plan_sweep(const std::string& name, const std::vector<Point>& points,
                                           const SweepFolder& folder, const PointRunner& runner);

// One machine's part of a sweep: every `count`-th point, from the `index`-th.
struct Shard {
  std::size_t index = 0;  // from 0
  std::size_t count = 1;
};

struct SweepOutcome {
  std::size_t finished_now = 0;
  PointWarnings warnings;            // of these
  std::vector<PointFailure> failed;  // points that could not be run, in grid order
  std::vector<Point> left;           // with a budget: points that were not run, in grid order
  std::optional<Error> failure;      // why the rest was not run; of the environment
  std::vector<std::string> astray;   // where finished points are that the folder did not take
};

// The points of the shard that the folder lacks. Each is checked, so that nothing is run or written if one is
// not possible. Errors: of the input.
[[nodiscard]] Result<std::vector<Point>> points_to_run(const std::vector<Point>& points, Shard shard,
                                                       const SweepFolder& folder, PointRunner& runner,
                                                       const std::function<bool()>& stopped = never_stopped);

// When a sweep ends before its last point.
struct SweepEnd {
  std::function<bool()> stopped = never_stopped;
  TimeBudget* budget = nullptr;  // may be null
};

// Runs `points` and writes each as it finishes. One that can't be run is noted, and the others are run. Stops
// when a point can't be written or `end` says so; finished points stay. The files do not depend on `threads`.
[[nodiscard]] SweepOutcome run_points(const std::vector<Point>& points, std::size_t threads,
                                      const SweepFolder& folder, PointRunner& runner, Progress& progress,
                                      const SweepEnd& end);

}  // namespace daris
