// The scale on which a capacity is looked for: the load itself, a factor on all rates, or the number of
// tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/planning/highest_load.h"
#include "experiment/run_config.h"
#include "workloads/task_set.h"

namespace daris {

enum class LoadAxis { kLoad, kRate, kTasks };

// "load", "rate", "tasks"
[[nodiscard]] std::string_view to_text(LoadAxis axis);
// Errors: another text.
[[nodiscard]] Result<LoadAxis> parse_load_axis(std::string_view text);

// A load, as scaling a task set reaches it.
struct ReachedLoad {
  double load = 0;
  double value = 0;  // in the axis's unit
  std::uint64_t tasks = 0;
  std::string tasks_of_set;  // equal texts mean equal tasks with equal rates
};

// Makes configurations of loads. All axes go by load inside: it scales counts, or rates.
class LoadScale {
 public:
  // `written` is the point of a report in which `set` ran as written. It has the capacities. `config` is the
  // same point's, without a load. REQUIRES: no log stands in for the set's own releases.
  LoadScale(LoadAxis axis, RunConfig config, TaskSet set, const Json& written);

  [[nodiscard]] LoadAxis axis() const { return axis_; }
  // Searches start at the set as written. An axis of tasks is searched to the single task.
  [[nodiscard]] LoadRange range(double tolerance) const;
  [[nodiscard]] RunConfig at(double load) const;
  // Errors: those of scale().
  [[nodiscard]] Result<ReachedLoad> reached(double load) const;

 private:
  LoadAxis axis_;
  RunConfig config_;
  TaskSet set_;
  std::vector<double> capacities_;  // by group, in jobs per second
  double written_load_ = 0;
};

}  // namespace daris
