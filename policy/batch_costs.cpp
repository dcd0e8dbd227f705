#include "policy/batch_costs.h"

#include <algorithm>
#include <cstdlib>

#include "base/check.h"
#include "base/wide_integer.h"
#include "policy/level_contexts.h"

namespace daris {
namespace {

constexpr std::int64_t kWholePpm = 1'000'000;
constexpr std::int64_t kRatioMax = 1000;  // measured over AFET, so that no product outgrows 64 bits
constexpr Duration kStaleAfter = Duration::from_ns(1'000'000'000);
constexpr std::int64_t kSpentWeight = 32;  // the sums lose this part at each batch
constexpr std::int64_t kSafeDecay = 256;   // the safe ratio nears the mean by this part
constexpr std::int64_t kSafeMargin = 4;    // the next delay may be longer by this part than any before
constexpr std::int64_t kMeanWeight = 16;   // a new ratio moves the mean by this part of its distance

Duration scaled(Duration time, std::int64_t ratio_ppm) {
  return Duration::from_ns(std::max<std::int64_t>(1, multiply_divide(time.ns(), ratio_ppm, kWholePpm)));
}

// `part` is to `whole` as the result is to `time`.
Duration part_of(Duration time, Duration part, Duration whole) {
  return Duration::from_ns(std::max<std::int64_t>(1, multiply_divide(time.ns(), part.ns(), whole.ns())));
}

}  // namespace

BatchCosts::BatchCosts(const BatchGroupSetup& setup, const BatchJobs& jobs, const PolicySwitches& switches)
    : least_deadline_(jobs.least_deadline),
      longest_batch_(jobs.longest_batch),
      fixed_(switches.estimator == Estimator::kAfet),
      recent_ppm_(switches.window) {
  stages_ = static_cast<std::uint32_t>(std::max<std::size_t>(1, setup.times.front().stages.size()));
  for (const BatchTime& time : setup.times) {
    inputs_.push_back(time.inputs);
    afet_.push_back(time.execution);
    if (time.stages.empty()) stage_afet_.push_back(time.execution);
    stage_afet_.insert(stage_afet_.end(), time.stages.begin(), time.stages.end());
    if (time.inputs <= setup.batch_limit) ++tried_;
  }
  for (const std::uint32_t inputs : jobs.inputs) job_sizes_.push_back(size_for(inputs));
  will_take_.resize(afet_.size());
  costs_.resize(afet_.size());
  surely_takes_.resize(afet_.size());
  stage_estimates_.resize(stage_afet_.size());
  begin();
}

void BatchCosts::begin() {
  mean_ppm_ = safe_ppm_ = kWholePpm;
  recent_ppm_.front() = kWholePpm;
  next_recent_ = recent_count_ = 0;
  last_record_ = Time::never();
  apply_ratios();
  usual_afet_ = afet_[usual_];
  spent_ = costs_[usual_];
  served_parts_ = kServedParts * inputs_[usual_];
}

bool BatchCosts::forget_if_stale(Time now) {
  if (last_record_ == Time::never() || now - last_record_ <= kStaleAfter) return false;
  begin();
  return true;
}

std::int64_t BatchCosts::work_ppb(std::int64_t inputs_per_10e15_ns) const {
  constexpr std::int64_t kToPpb = 1'000'000;  // from parts of 10^15
  return multiply_divide(spent_.ns(), kServedParts * inputs_per_10e15_ns, kToPpb * served_parts_);
}

std::size_t BatchCosts::size_for(std::uint32_t inputs) const {
  const auto found = std::lower_bound(inputs_.begin(), inputs_.end(), inputs);
  DARIS_CHECK(found != inputs_.end());
  return static_cast<std::size_t>(found - inputs_.begin());
}

Duration BatchCosts::will_take_from(std::size_t size, StageIndex stage) const {
  Duration left;
  for (const Duration estimate : stage_estimates(size).subspan(stage.at())) left += estimate;
  return left;
}

void BatchCosts::record(Time now, std::size_t size, std::uint32_t inputs, Duration ran) {
  if (fixed_) return;
  last_record_ = now;
  spent_ += std::max(ran, Duration()) - Duration::from_ns(spent_.ns() / kSpentWeight);
  served_parts_ += kServedParts * inputs - served_parts_ / kSpentWeight;
  const std::int64_t afet_ns = afet_[size].ns();
  const std::int64_t ran_ns = std::clamp<std::int64_t>(ran.ns(), 0, kRatioMax * afet_ns);
  mean_ppm_ +=
      (std::max<std::int64_t>(1, multiply_divide(ran_ns, kWholePpm, afet_ns)) - mean_ppm_) / kMeanWeight;
  const std::int64_t ratio_ppm = delayed_ratio(size, ran_ns);
  safe_ppm_ = std::max(ratio_ppm, safe_ppm_ - (safe_ppm_ - mean_ppm_) / kSafeDecay);
  recent_ppm_[next_recent_] = ratio_ppm;
  next_recent_ = next_recent_ + 1 == recent_ppm_.size() ? 0 : next_recent_ + 1;
  recent_count_ = std::min(recent_count_ + 1, recent_ppm_.size());
  apply_ratios();
}

// A small batch beside large ones loses as much time as they do, so its delay counts in parts of theirs. In
// parts of its own AFET it would say that large batches take several times as long, too.
Duration BatchCosts::yardstick(std::size_t size) const { return std::max(afet_[size], usual_afet_); }

std::int64_t BatchCosts::delayed_ratio(std::size_t size, std::int64_t ran_ns) const {
  const std::int64_t mean_ns = scaled(afet_[size], mean_ppm_).ns();
  const std::int64_t away = multiply_divide(std::abs(ran_ns - mean_ns), kWholePpm, yardstick(size).ns());
  return std::max<std::int64_t>(1, mean_ppm_ + (ran_ns < mean_ns ? -away : away));
}

Duration BatchCosts::at_ratio(std::size_t size, std::int64_t ratio_ppm) const {
  if (ratio_ppm <= mean_ppm_) return scaled(afet_[size], ratio_ppm);
  const std::int64_t delay_ns = multiply_divide(yardstick(size).ns(), ratio_ppm - mean_ppm_, kWholePpm);
  return scaled(afet_[size], mean_ppm_) + Duration::from_ns(delay_ns);
}

void BatchCosts::apply_ratios() {
  const std::size_t known = std::max<std::size_t>(recent_count_, 1);
  const std::int64_t largest_ppm =
      *std::max_element(recent_ppm_.begin(), recent_ppm_.begin() + static_cast<std::ptrdiff_t>(known));
  const std::int64_t safe = std::max(safe_ppm_, largest_ppm);
  for (std::size_t size = 0; size < afet_.size(); ++size) {
    will_take_[size] = at_ratio(size, largest_ppm);
    surely_takes_[size] = at_ratio(size, safe + std::max<std::int64_t>(0, safe - mean_ppm_) / kSafeMargin);
    costs_[size] = at_ratio(size, mean_ppm_);
    for (std::size_t i = size * stages_; i < (size + 1) * stages_; ++i)
      stage_estimates_[i] = part_of(will_take_[size], stage_afet_[i], afet_[size]);
  }
  longest_of_one_job_ = Duration();
  for (const std::size_t size : job_sizes_)
    longest_of_one_job_ = std::max(longest_of_one_job_, will_take_[size]);
  usual_ = 0;
  for (std::size_t size = 1; size < tried_; ++size) {
    if (suits(size, least_deadline_)) usual_ = size;
  }
}

namespace {

// Tells whether a context that level 0 may use takes other levels too.
bool level_0_shares_contexts(const PolicySetup& setup) {
  const std::vector<std::vector<std::uint32_t>> contexts = settled_context_levels(setup);
  const std::vector<std::uint32_t> all = levels_of(setup);
  const auto takes_others = [&](const std::vector<std::uint32_t>& levels) {
    return std::find(levels.begin(), levels.end(), 0U) != levels.end() &&
           std::any_of(all.begin(), all.end(), [&](std::uint32_t level) {
             return level != 0 && std::find(levels.begin(), levels.end(), level) != levels.end();
           });
  };
  return contexts.empty() || std::any_of(contexts.begin(), contexts.end(), takes_others);
}

// The shortest deadline of level 0, if a job of level 0 could wait for a batch that is not as urgent.
Duration longest_batch_beside_level_0(const PolicySetup& setup) {
  const Duration none = BatchJobs().longest_batch;
  Duration shortest = none;
  Duration longest;
  for (const TaskSetup& task : setup.tasks) {
    if (task.level != 0) continue;
    shortest = std::min(shortest, task.relative_deadline);
    longest = std::max(longest, task.relative_deadline);
  }
  return level_0_shares_contexts(setup) || shortest < longest ? shortest : none;
}

}  // namespace

std::vector<BatchCosts> batch_costs(const PolicySetup& setup, bool short_batches) {
  std::vector<BatchJobs> jobs(setup.batch_groups.size());
  for (const TaskSetup& task : setup.tasks) jobs[task.batch_group].add(task);
  const Duration longest = short_batches ? longest_batch_beside_level_0(setup) : BatchJobs().longest_batch;
  for (BatchJobs& of_group : jobs) of_group.longest_batch = longest;
  std::vector<BatchCosts> costs;
  for (std::size_t group = 0; group < setup.batch_groups.size(); ++group)
    costs.emplace_back(setup.batch_groups[group], jobs[group], setup.switches);
  return costs;
}

std::size_t largest_batch(std::span<const BatchCosts> costs) {
  std::size_t largest = 0;
  for (const BatchCosts& of_group : costs)
    largest = std::max<std::size_t>(largest, of_group.inputs(of_group.sizes() - 1));
  return largest;
}

}  // namespace daris
