// What batches of one group cost (docs/scheduler.md, "daris-batched"): the AFET of each size, corrected by
// one ratio that is learned from every batch, whatever its size.
//
// A maximum kept for each size by itself would lock a size out for good after one bad phase, since it would
// never run again. One ratio for all sizes can't.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "base/wide_integer.h"
#include "policy/ids.h"
#include "policy/setup.h"

namespace daris {

// The jobs of a batch group, as far as they decide what batches are worth.
struct BatchJobs {
  Duration least_deadline = Duration::from_ns(std::int64_t{1} << 40);  // the shortest relative deadline
  Duration longest_batch = Duration::from_ns(std::int64_t{1} << 40);   // what a batch may cost
  std::vector<std::uint32_t> inputs;  // that a job may bring, each number once

  void add(const TaskSetup& task) {
    least_deadline = std::min(least_deadline, task.relative_deadline);
    if (std::find(inputs.begin(), inputs.end(), task.inputs) == inputs.end()) inputs.push_back(task.inputs);
  }
};

// Sizes are indices into the times of the set-up. Threads: one caller at a time. Allocates in the constructor
// only.
class BatchCosts {
 public:
  // REQUIRES: a group as policy/setup_check.h wants it.
  BatchCosts(const BatchGroupSetup& setup, const BatchJobs& jobs, const PolicySwitches& switches);

  [[nodiscard]] std::size_t sizes() const { return inputs_.size(); }
  // The sizes that are tried, B included. A job that needs more gets a larger one.
  [[nodiscard]] std::size_t tried_sizes() const { return tried_; }
  [[nodiscard]] std::uint32_t inputs(std::size_t size) const { return inputs_[size]; }
  // The smallest profiled size that holds so many inputs. REQUIRES: there is one.
  [[nodiscard]] std::size_t size_for(std::uint32_t inputs) const;
  // A batch costs at most two thirds of this relative deadline, and is not longer than batches may be.
  [[nodiscard]] bool suits(std::size_t size, Duration deadline) const {
    return 3 * costs_[size].ns() <= 2 * deadline.ns() && costs_[size] <= longest_batch_;
  }
  // The largest size up to B that suits the shortest deadline, else the smallest size.
  [[nodiscard]] std::size_t usual_size() const { return usual_; }
  [[nodiscard]] std::uint32_t stages() const { return stages_; }

  // The time that a batch will take, as promises count it: from the largest recent ratio.
  [[nodiscard]] Duration will_take(std::size_t size) const { return will_take_[size]; }
  // The time that a batch will hardly exceed, for level 0: from a maximum of the ratio that decays slowly.
  [[nodiscard]] Duration surely_takes(std::size_t size) const { return surely_takes_[size]; }
  // The same for what is left of a batch that is about to run `stage`.
  [[nodiscard]] Duration will_take_from(std::size_t size, StageIndex stage) const;
  // The time in which a batch may still end, if all goes well.
  [[nodiscard]] Duration may_take(std::size_t size) const { return std::min(costs_[size], will_take_[size]); }
  // The longest will_take() of the smallest batch for one job, over all jobs that the group has.
  [[nodiscard]] Duration longest_of_one_job() const { return longest_of_one_job_; }
  // The time that a batch costs in the mean.
  [[nodiscard]] Duration costs(std::size_t size) const { return costs_[size]; }
  // The time that so many inputs cost in batches of the usual size.
  [[nodiscard]] Duration costs_in_usual_batches(std::uint64_t inputs) const {
    return Duration::from_ns(
        multiply_divide(static_cast<std::int64_t>(inputs), costs_[usual_].ns(), inputs_[usual_]));
  }
  // The time that each stage of a batch will take.
  [[nodiscard]] std::span<const Duration> stage_estimates(std::size_t size) const {
    return {&stage_estimates_[size * stages_], stages_};
  }

  // The work of so many inputs, as the batches that ran lately have cost. `inputs_per_10e15_ns`: a rate.
  // Returns parts per 10^9 of one slot.
  [[nodiscard]] std::int64_t work_ppb(std::int64_t inputs_per_10e15_ns) const;

  // The time that so many inputs cost in the batches that ran lately.
  [[nodiscard]] Duration lately(std::uint32_t inputs) const {
    return Duration::from_ns(multiply_divide(spent_.ns(), kServedParts * inputs, served_parts_));
  }

  // Says that a batch of this size, to which jobs brought `inputs`, ended at `now`, and how long its stages
  // ran together.
  void record(Time now, std::size_t size, std::uint32_t inputs, Duration ran);
  // If no batch has ended for a second, what was learned is forgotten: a single bad time could otherwise keep
  // every job of the group out for good. Returns whether it was.
  bool forget_if_stale(Time now);

 private:
  static constexpr std::int64_t kServedParts =
      64;  // of an input, so that sums of few inputs are exact enough

  void begin();
  void apply_ratios();
  // What a batch took beyond the mean is measured in parts of the yardstick.
  [[nodiscard]] Duration yardstick(std::size_t size) const;
  [[nodiscard]] std::int64_t delayed_ratio(std::size_t size, std::int64_t ran_ns) const;
  [[nodiscard]] Duration at_ratio(std::size_t size, std::int64_t ratio_ppm) const;

  std::vector<std::uint32_t> inputs_;
  std::vector<Duration> afet_;        // by size
  std::vector<Duration> stage_afet_;  // by size and stage
  std::size_t tried_ = 0;
  std::uint32_t stages_ = 1;
  Duration least_deadline_;
  Duration longest_batch_;
  std::vector<std::size_t> job_sizes_;  // the smallest for each number of inputs that a job brings
  Duration longest_of_one_job_;
  bool fixed_;                            // nothing is learned
  std::int64_t safe_ppm_ = 0;             // a maximum of ratios that decays
  std::int64_t mean_ppm_ = 0;             // moving mean of ratios
  std::vector<std::int64_t> recent_ppm_;  // a ring of the last ratios
  std::size_t next_recent_ = 0;
  std::size_t recent_count_ = 0;
  std::size_t usual_ = 0;
  Duration usual_afet_;  // of the usual size as nothing is learned yet
  Time last_record_ = Time::never();
  // Moving sums over the batches that ran: their times, and the inputs that their jobs brought.
  Duration spent_;
  std::int64_t served_parts_ = 0;
  std::vector<Duration> will_take_;        // by size
  std::vector<Duration> surely_takes_;     // by size
  std::vector<Duration> costs_;            // by size
  std::vector<Duration> stage_estimates_;  // by size and stage
};

// The costs of all batch groups of a set-up, in their order. With `short_batches` no batch costs more than
// the shortest deadline of level 0, unless level 0 never waits for a batch of others: its contexts are closed
// to other levels, and its tasks have one deadline.
[[nodiscard]] std::vector<BatchCosts> batch_costs(const PolicySetup& setup, bool short_batches);

// The inputs of the largest size of any group. A batch has no more jobs than that.
[[nodiscard]] std::size_t largest_batch(std::span<const BatchCosts> costs);

}  // namespace daris
