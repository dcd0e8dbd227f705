#include "policy/estimates.h"

#include <algorithm>

namespace daris {

Estimates::Estimates(const PolicySetup& setup)
    : window_(setup.switches.window), fixed_(setup.switches.estimator == Estimator::kAfet) {
  first_.reserve(setup.tasks.size() + 1);
  sums_.reserve(setup.tasks.size());
  for (const TaskSetup& task : setup.tasks) {
    first_.push_back(current_.size());
    current_.insert(current_.end(), task.stage_estimates.begin(), task.stage_estimates.end());
    Duration sum;
    for (const Duration estimate : task.stage_estimates) sum += estimate;
    sums_.push_back(sum);
  }
  afet_sums_ = sums_;
  first_.push_back(current_.size());
  if (fixed_) return;
  rings_.resize(current_.size());
  measured_.resize(current_.size() * window_);
}

bool Estimates::record(TaskId task, StageIndex stage, Duration execution) {
  if (fixed_) return false;
  const std::size_t index = first_[task.at()] + stage.at();
  Ring& ring = rings_[index];
  Duration& slot = measured_[index * window_ + ring.next];
  const Duration measured = std::max(execution, Duration::from_ns(1));
  const Duration before = current_[index];
  const bool forgets_largest = ring.count == window_ && slot == before;
  slot = measured;
  ring.next = ring.next + 1 == window_ ? 0 : ring.next + 1;
  const bool first = ring.count == 0;
  if (ring.count < window_) ++ring.count;
  const Duration after = first             ? measured
                         : forgets_largest ? largest_measured(index)
                                           : std::max(before, measured);
  if (after == before) return false;
  current_[index] = after;
  sums_[task.at()] += after - before;
  return true;
}

Duration Estimates::largest_measured(std::size_t index) const {
  // Entries that were never written are 0. No branch of this depends on the times, which can't be guessed.
  const Duration* const measured = &measured_[index * window_];
  Duration largest;
  for (std::uint32_t i = 0; i < window_; ++i) largest = std::max(largest, measured[i]);
  return largest;
}

}  // namespace daris
