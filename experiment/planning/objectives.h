// What must hold for a load to count as carried: the service level objectives of a task set or, if it has
// none, a default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json/json_fwd.h"
#include "workloads/task_set.h"

namespace daris {

// An objective that a run broke.
struct Breach {
  std::string where;  // "task obstacles", "level 1"
  std::uint32_t level = 0;
  std::string limit;   // "response_p99_ms_max": a key of a task's `slo`, or "lost_max" of the default
  double allowed = 0;  // in the limit's own unit
  std::optional<double> measured;  // nullopt: there is no figure, since no job came so far
};

struct Verdict {
  bool holds = false;          // no objective is broken
  bool shown = false;          // and the run was long enough to show each of them
  std::vector<Breach> broken;  // the most urgent level first, then what is furthest past its limit
};

class Objectives {
 public:
  // The default: of level 0 no job is lost (missed or rejected), and no other level misses more than 1% of
  // what it admits. Fewer than 100 admitted jobs count as 100. Rejections of other levels are free, unless
  // there is a `loss_max`: no level may lose a larger share of what it releases.
  static constexpr double kMissRateMax = 0.01;
  static constexpr double kAdmittedMin = 100;

  explicit Objectives(const TaskSet& set, std::optional<double> loss_max = std::nullopt);

  // False: the default holds.
  [[nodiscard]] bool are_of_set() const { return !groups_.empty(); }
  // One line for people.
  [[nodiscard]] std::string text() const;
  // REQUIRES: `point` is a report's point of the same set, scaled in any way.
  [[nodiscard]] Verdict judge(const Json& point) const;

 private:
  void judge_level(const Json& level, Verdict& verdict) const;

  std::vector<TaskGroup> groups_;  // those with an objective
  std::optional<double> loss_max_;
};

// "level 1: miss_rate_max 0.0172, allowed 0.01"
[[nodiscard]] std::string breach_text(const Breach& breach);

}  // namespace daris
