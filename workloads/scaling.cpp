#include "workloads/scaling.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/duration_ms.h"
#include "base/number_text.h"
#include "base/time.h"
#include "workloads/task_set_limits.h"

namespace daris {
namespace {

constexpr double kLoadMax = 1000;
constexpr double kDeadlineRatioMax = 100;
constexpr double kHair = 1e-9;  // by which arithmetic may miss a half that ought to be rounded up

// Two factors on the counts of groups: one of level 0, one of all levels below.
struct CountFactors {
  double level0 = 1;
  double lower = 1;
};

double tasks_at(const TaskSet& set, bool level0) {
  double tasks = 0;
  for (const TaskGroup& group : set.groups)
    if ((group.priority == 0) == level0) tasks += group.count;
  return tasks;
}

double rate_hz(const TaskGroup& group) { return kNsPerSecond / static_cast<double>(group.period.ns()); }

class Scaler {
 public:
  Scaler(const TaskSet& set, const Scaling& scaling, const std::vector<double>& capacity)
      : set_(set), scaling_(scaling), capacity_(capacity) {
    DARIS_CHECK(capacity.size() == set.groups.size());
    for (const double jobs_per_s : capacity) DARIS_CHECK(jobs_per_s > 0);
  }

  Result<ScaledTaskSet> scale() {
    DARIS_TRY(check());
    const double tasks = tasks_at(set_, true) + tasks_at(set_, false);
    leave_out_a_side();
    scale_counts(tasks);
    if (scaling_.load && scaling_.load_by == LoadBy::kRate) scale_rates();
    DARIS_TRY(check_limits());
    if (scaling_.deadline_ratio) {
      set_deadlines();
      DARIS_TRY(check_deadlines());
    }
    ScaledTaskSet scaled;
    scaled.demand_load = demand_with({});
    scaled.set = std::move(set_);
    return scaled;
  }

 private:
  [[nodiscard]] Status check() const {
    if (scaling_.load && !(*scaling_.load > 0 && *scaling_.load <= kLoadMax))
      return Error{"load: " + number_text(*scaling_.load) +
                   " is out of range; a number above 0 and at most " + number_text(kLoadMax) + " is needed"};
    const std::optional<double> ratio = scaling_.deadline_ratio;
    if (ratio && !(*ratio > 0 && *ratio <= kDeadlineRatioMax))
      return Error{
          fmt::format("deadline_ratio: {} is out of range; a number above 0 and at most {} is needed",
                      number_text(*ratio), number_text(kDeadlineRatioMax))};
    return check_mix();
  }

  [[nodiscard]] Status check_mix() const {
    if (!scaling_.priority_mix) return {};
    const double mix = *scaling_.priority_mix;
    if (!(mix >= 0 && mix <= 1))
      return Error{
          fmt::format("priority_mix: {} is out of range; a number from 0 to 1 is needed", number_text(mix))};
    const bool has_level0 = tasks_at(set_, true) > 0;
    const bool has_lower = tasks_at(set_, false) > 0;
    if ((has_level0 || mix == 0) && (has_lower || mix == 1)) return {};
    const char* const needed = mix == 0 ? "below it" : mix == 1 ? "of level 0" : "on both sides";
    return Error{fmt::format("priority_mix: the tasks are all {} level 0; tasks {} are needed",
                             has_level0 ? "of" : "below", needed)};
  }

  // A mix of 0 or 1 keeps the groups of one side alone.
  void leave_out_a_side() {
    const std::optional<double> mix = scaling_.priority_mix;
    if (mix != 0.0 && mix != 1.0) return;
    std::vector<TaskGroup> kept;
    std::vector<double> kept_capacity;
    for (std::size_t g = 0; g < set_.groups.size(); ++g) {
      if ((set_.groups[g].priority == 0) != (mix == 1.0)) continue;
      kept.push_back(std::move(set_.groups[g]));
      kept.back().left_out_before = static_cast<std::uint32_t>(g - kept_capacity.size());
      kept_capacity.push_back(capacity_[g]);
    }
    set_.groups = std::move(kept);
    capacity_ = std::move(kept_capacity);
  }

  // Factors that keep the number of `tasks` and share it as the mix says. That of a side without tasks is not
  // used.
  [[nodiscard]] CountFactors mix_factors(double tasks) const {
    if (!scaling_.priority_mix) return {};
    const double level0 = std::max(tasks_at(set_, true), 1.0);
    const double lower = std::max(tasks_at(set_, false), 1.0);
    const double mix = *scaling_.priority_mix;
    return {mix * tasks / level0, (1 - mix) * tasks / lower};
  }

  // `tasks`: how many the set has as written.
  void scale_counts(double tasks) {
    CountFactors factors = mix_factors(tasks);
    if (scaling_.load && scaling_.load_by == LoadBy::kCount) {
      const double more = *scaling_.load / demand_with(factors);
      factors.level0 *= more;
      factors.lower *= more;
    }
    for (TaskGroup& group : set_.groups) {
      const double count = group.count * (group.priority == 0 ? factors.level0 : factors.lower);
      group.count = static_cast<std::uint32_t>(std::clamp(std::floor(count + 0.5 + kHair), 1.0, 1e9));
    }
  }

  void scale_rates() {
    const double factor = demand_with({}) / *scaling_.load;  // for times
    for (TaskGroup& group : set_.groups) {
      group.period = stretched(group.period, factor);
      group.deadline = stretched(group.deadline, factor);
      if (group.offset) group.offset = stretched(*group.offset, factor);
      for (Time& time : group.arrival.trace) time = Time() + stretched(time - Time(), factor);
      // Rounding must not take the last nanosecond between two releases.
      group.arrival.jitter_ms = std::min(group.arrival.jitter_ms * factor,
                                         ms_of(group.period + group.period - Duration::from_ns(1)));
    }
  }

  void set_deadlines() {
    for (TaskGroup& group : set_.groups)
      group.deadline = std::max(stretched(group.period, *scaling_.deadline_ratio), Duration::from_ns(1));
  }

  static Duration stretched(Duration duration, double factor) {
    const double ns = std::floor(static_cast<double>(duration.ns()) * factor + 0.5);
    return Duration::from_ns(static_cast<std::int64_t>(std::min(ns, 0x1p60)));
  }

  [[nodiscard]] Status check_limits() const {
    double tasks = 0;
    for (const TaskGroup& group : set_.groups) {
      tasks += group.count;
      // A deadline of the set's own counts only if there is no ratio.
      const Duration deadline = scaling_.deadline_ratio ? group.period : group.deadline;
      const double least_ms = std::min(ms_of(group.period), ms_of(deadline));
      const double most_ms = std::max(ms_of(group.period), ms_of(deadline));
      if (least_ms < kPeriodMsMin || most_ms > kPeriodMsMax)
        return Error{fmt::format(
            "load: brings \"{}\" to a period of {} ms and a deadline of {} ms; both need to be from {} to {}",
            group.name, number_text(ms_of(group.period)), number_text(ms_of(group.deadline)),
            number_text(kPeriodMsMin), number_text(kPeriodMsMax))};
    }
    if (tasks > kTasksMax)
      return Error{fmt::format("load: brings the set to {} tasks; at most {} are possible",
                               number_text(tasks), kTasksMax)};
    return {};
  }

  [[nodiscard]] Status check_deadlines() const {
    for (const TaskGroup& group : set_.groups) {
      if (ms_of(group.deadline) > kPeriodMsMax)
        return Error{
            fmt::format("deadline_ratio: brings \"{}\" to a deadline of {} ms; at most {} is possible",
                        group.name, number_text(ms_of(group.deadline)), number_text(kPeriodMsMax))};
    }
    return {};
  }

  // The load of the counts as they would be without rounding.
  [[nodiscard]] double demand_with(const CountFactors& factors) const {
    double sum = 0;
    for (std::size_t g = 0; g < set_.groups.size(); ++g) {
      const TaskGroup& group = set_.groups[g];
      sum += group.count * (group.priority == 0 ? factors.level0 : factors.lower) * rate_hz(group) /
             capacity_[g];
    }
    return sum;
  }

  TaskSet set_;
  const Scaling& scaling_;
  std::vector<double> capacity_;  // by group of set_
};

}  // namespace

Result<ScaledTaskSet> scale(const TaskSet& set, const Scaling& scaling,
                            const std::vector<double>& capacity_jobs_per_s) {
  return Scaler(set, scaling, capacity_jobs_per_s).scale();
}

}  // namespace daris
