// Runs a sweep's points into its folder, on any number of threads. A sweep that was stopped goes on from
// there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/point_warnings.h"
#include "base/host/progress.h"
#include "base/result.h"
#include "experiment/point_runner.h"
#include "experiment/sweep/finished_points.h"
#include "experiment/sweep/sweep_file.h"
#include "experiment/sweep/sweep_folder.h"
#include "experiment/time_budget.h"

namespace daris {

inline bool never_stopped() { return false; }

// One machine's part of a sweep: every `count`-th point, from the `index`-th.
struct Shard {
  std::size_t index = 0;  // from 0
  std::size_t count = 1;
};

// A point before it is needed. Settled points of a large sweep would fill the memory.
struct PlannedPoint {
  std::uint64_t id = 0;      // experiment/sweep/id_set.h
  std::uint32_t config = 0;  // index of the first configuration that resolves to it
};

struct PlannedSweep {
  std::vector<PlannedPoint> points;   // in grid order, each once
  std::vector<std::uint32_t> to_run;  // indices into these: of the shard, and not finished
  std::vector<std::string> machines;  // as a plan has them (experiment/sweep/sweep_folder.h)
};

// Settles all configurations, and checks the points of the shard that are not finished. So nothing is run or
// written if one is not possible. Errors: of the input, and the message says which configuration is wrong; of
// the environment. It ends early, with some of the points, if `stopped()` says so.
[[nodiscard]] Result<PlannedSweep> settle_sweep(const Sweep& sweep, Shard shard,
                                                const FinishedPoints& finished, PointRunner& runner,
                                                const std::function<bool()>& stopped = never_stopped);

// The plan of a folder for these points. Errors: the folder was begun on another machine.
[[nodiscard]] Result<SweepPlan> plan_sweep(const std::string& name, const PlannedSweep& planned,
                                           const SweepFolder& folder);

// Settles some of these points, given as indices into `planned.points`, anew. If there are more than `most`,
// it takes so many that lie evenly among them. REQUIRES: settle_sweep() settled them.
[[nodiscard]] std::vector<Point> settle_some(const Sweep& sweep, const PlannedSweep& planned,
                                             const std::vector<std::uint32_t>& indices, std::size_t most,
                                             PointRunner& runner);

// Points that the budget of a start left over.
struct LeftPoints {
  std::size_t count = 0;
  std::vector<Point> some;  // of these, evenly taken; all if they are few
};

struct SweepOutcome {
  std::size_t finished_now = 0;
  PointWarnings warnings;            // of these
  std::vector<PointFailure> failed;  // points that could not be run, in grid order
  LeftPoints left;                   // only with a budget
  std::optional<Error> failure;      // why the rest was not run; of the environment
  std::vector<std::string> astray;   // where finished points are that the folder did not take
};

// When a sweep ends before its last point.
struct SweepEnd {
  std::function<bool()> stopped = never_stopped;
  TimeBudget* budget = nullptr;  // may be null
};

// So many points are settled at once, and run before the next ones.
inline constexpr std::size_t kPointsAtOnce = 10'000;

// Runs the points of `planned.to_run` and writes each as it finishes. One that can't be run is noted, and the
// others are run. Stops when a point can't be written or `end` says so; finished points stay. The points do
// not depend on `threads`.
[[nodiscard]] SweepOutcome run_points(const Sweep& sweep, const PlannedSweep& planned, std::size_t threads,
                                      const SweepFolder& folder, PointRunner& runner, Progress& progress,
                                      const SweepEnd& end);

}  // namespace daris
