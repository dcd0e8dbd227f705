// A world that can run configurations: the simulator, or the machine at hand. Single runs and sweeps see this
// and no more of either.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "analysis/report/report.h"
#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/run_config.h"
#include "experiment/settled_config.h"

namespace daris {

// A settled configuration, and the id that its contents give it.
struct Point {
  std::string id;
  SettledConfig config;
};

// Takes the point of that index. Any thread may call it, several at once.
using PointDone = std::function<Status(std::size_t index, Json point)>;

// Takes the reason why the point of that index could not be run. Any thread may call it, several at once.
using PointFailed = std::function<void(std::size_t index, const Error& reason)>;

struct PointRun;  // experiment/point_run.h

// What earlier starts of the same sweep did.
struct PastRuns {
  std::size_t points = 0;  // that they finished
  double wall_s = 0;       // that they took together
};

class PointRunner {
 public:
  virtual ~PointRunner() = default;

  // Settles whatever policy, backend and files fix, and makes the id. Reads each file once. One thread at a
  // time.
  // Errors: of the input (files, combinations), or of the environment (no such machine).
  [[nodiscard]] virtual Result<Point> settle(const RunConfig& config) = 0;

  // Finds whatever else is wrong with the point without running it. One thread at a time; before run().
  // Errors: of the input.
  [[nodiscard]] virtual Status check(const Point& point) = 0;

  // Runs the point's replications on up to `threads` threads. A run that `stopped()` ends early gives the
  // replications that it has finished, marked as partial; no point if there are none. A live run whose first
  // replication was cut gives what it counted until then. Errors: of the environment; of the input, if
  // check() was not asked before.
  [[nodiscard]] virtual Result<PointRun> run(const Point& point, std::size_t threads,
                                             const std::function<bool()>& stopped) = 0;

  // Runs many points, in an order of its own, and gives each that is whole to `done` once it ends. Points
  // that are not whole when `stopped()` says so are left out. One that can't be run is told to `failed`, and
  // the others are run. Errors: the first of `done`, or whatever keeps every other point from being run; the
  // rest is then not run.
  [[nodiscard]] virtual Status run_all(std::span<const Point> points, std::size_t threads,
                                       const std::function<bool()>& stopped, const PointDone& done,
                                       const PointFailed& failed) = 0;

  // Tells in words how long run_all() of `all` points will take, as far as that is known. `points` are some
  // of them, taken evenly, or all. The estimate takes a fraction of a second. REQUIRES: `points` is not
  // empty, and check() has nothing against them.
  [[nodiscard]] virtual std::string expected_time(std::span<const Point> points, std::size_t all,
                                                  std::size_t threads, const PastRuns& past) = 0;

  // Is told what a long set-up is at, many times a second; an empty text ends that. Set before run().
  std::function<void(const std::string&)> doing = [](const std::string&) {};

  // If set, run_all() asks it before a point begins, on any thread. A point that may not begin is left out,
  // and what has begun is finished. Set before run_all().
  std::function<bool(const Point&)> may_begin;

  [[nodiscard]] virtual ReportKind kind() const = 0;
  // The hardware that the point runs on, as far as results depend on it; empty if it is simulated.
  [[nodiscard]] virtual std::string machine(const Point& /*point*/) const { return ""; }
  // Says where the point's numbers come from, without the facts of the wall clock.
  [[nodiscard]] virtual Provenance provenance(const Point& point) const = 0;
};

}  // namespace daris
