// A world that can run configurations. What drives either world (a single run, a sweep) sees this and no more.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "analysis/report.h"
#include "cli/run_config.h"
#include "policy/result.h"
#include "workloads/json/json.h"

namespace daris {

// A configuration that is settled, and the id that its contents give it.
struct Point {
  std::string id;
  RunConfig config;
};

class PointRunner {
 public:
  virtual ~PointRunner() = default;

  // Settles what policy, backend and files fix, and makes the id. Reads each file once. One thread at a time.
  // Errors: of the input: files, combinations.
  [[nodiscard]] virtual Result<Point> settle(const RunConfig& config) = 0;

  // Finds whatever else is wrong with the point, short of running it. One thread at a time; before run().
  // Errors: of the input.
  [[nodiscard]] virtual Status check(const Point& point) = 0;

  // Runs the point's replications on up to `threads` threads and gives the report's point. Nothing where `stopped()` said so
  // before the end; a live run that was stopped gives the replications that it has finished. May run beside itself where
  // runs_side_by_side() says so.
  // Errors: of the input, where check() was not asked before; of the environment.
  [[nodiscard]] virtual Result<std::optional<Json>> run(const Point& point, std::size_t threads,
                                                        const std::function<bool()>& stopped) const = 0;

  // What went wrong on the way to the last point that run() gave all the same (a machine that failed), in one line.
  [[nodiscard]] virtual std::optional<std::string> fault() const { return std::nullopt; }

  [[nodiscard]] virtual bool runs_side_by_side() const = 0;
  [[nodiscard]] virtual ReportKind kind() const = 0;
  // What is known of where the point's numbers come from, without the facts of the wall clock.
  [[nodiscard]] virtual Provenance provenance(const Point& point) const = 0;
};

// The point, from run(), lacks replications: the run was stopped.
[[nodiscard]] inline bool is_cut_short(const Json& point, const RunConfig& config) {
  return point["confidence"]["replications"] < config.replications;
}

}  // namespace daris
