#include "policy/batch_queue.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace daris {

BatchQueue::BatchQueue(const BatchGroupSetup& setup, std::uint32_t batch_limit, LastStart last_start,
                       BatchOf batch_of)
    : times_(setup.times), batch_limit_(batch_limit), last_start_(last_start), batch_of_(batch_of) {}

void BatchQueue::add(const WaitingJob& job) {
  waiting_.add(job);
  by_deadline_.add({job});
  if (std::find(inputs_seen_.begin(), inputs_seen_.end(), job.inputs) == inputs_seen_.end())
    inputs_seen_.push_back(job.inputs);
}

Duration BatchQueue::longest_before_deadline() const {
  Duration longest;
  for (const std::uint32_t inputs : inputs_seen_) longest = std::max(longest, time_before_deadline(inputs));
  return longest;
}

const BatchTime& BatchQueue::rounded_up(std::uint32_t inputs) const {
  const auto holds = [inputs](const BatchTime& time) { return time.inputs >= inputs; };
  const auto size = std::find_if(times_.begin(), times_.end(), holds);
  DARIS_CHECK(size != times_.end());
  return *size;
}

Duration BatchQueue::time_above(std::uint32_t size) const {
  const auto above = std::find_if(times_.begin(), times_.end(),
                                  [size](const BatchTime& time) { return time.inputs > size; });
  return above == times_.end() ? times_.back().execution : above->execution;
}

Duration BatchQueue::longest_time() const {
  Duration longest;
  for (const BatchTime& size : times_) {
    if (size.inputs <= batch_limit_) longest = std::max(longest, size.execution);
  }
  return longest;
}

Time BatchQueue::earliest_last_start() const {
  const Duration longest = longest_before_deadline();
  Time earliest = Time::never();
  for (const ByDeadline& one : by_deadline_.values()) {
    if (one.job.deadline - longest >= earliest) break;
    earliest = std::min(earliest, last_start(one.job));
  }
  return earliest;
}

// Within a level the first job has the earliest.
std::int64_t BatchQueue::earliest_time_ns() const {
  const auto is_above = [](std::uint64_t level, const WaitingJob& job) {
    return level < job.urgency.level_and_class;
  };
  const std::span<const WaitingJob> jobs = waiting_.values();
  std::int64_t earliest = jobs.front().urgency.time_ns;
  for (auto first = jobs.begin(); first != jobs.end();) {
    earliest = std::min(earliest, first->urgency.time_ns);
    first = std::upper_bound(first, jobs.end(), first->urgency.level_and_class, is_above);
  }
  return earliest;
}

const BatchPlan& BatchQueue::plan(Time now) {
  bool found = false;
  for (const BatchTime& size : times_) {
    if (size.inputs > batch_limit_) break;
    if (!fill(now, size, other_) || (found && !brings_more(other_, best_))) continue;
    std::swap(best_, other_);
    found = true;
  }
  if (!found) {  // no size up to B holds the head
    clear(rounded_up(head().inputs), best_);
    pick(head(), 0, best_);
  }
  best_.plan.full = best_.plan.full || best_.plan.inputs >= batch_limit_;
  shrink(now, best_.plan);
  return best_.plan;
}

void BatchQueue::shrink(Time now, BatchPlan& plan) const {
  const auto serves = [&](const BatchTime& size) {
    return size.inputs >= plan.inputs && now + size.execution <= plan.first_deadline;
  };
  const auto least = std::find_if(times_.begin(), times_.end(), serves);
  DARIS_CHECK(least != times_.end() && least->inputs <= plan.size);
  plan.size = least->inputs;
  plan.execution = least->execution;
}

const BatchPlan& BatchQueue::first_jobs() {
  if (!fill(Time::earliest(), rounded_up(batch_limit_), best_)) {  // B does not hold the head
    clear(rounded_up(head().inputs), best_);
    pick(head(), 0, best_);
  }
  const BatchTime& size = rounded_up(best_.plan.inputs);
  best_.plan.size = size.inputs;
  best_.plan.execution = size.execution;
  best_.plan.full = best_.plan.full || best_.plan.inputs >= batch_limit_;
  return best_.plan;
}

const BatchPlan& BatchQueue::candidate(Time now) {
  bool found = false;
  for (const BatchTime& size : times_) {
    if (size.inputs > batch_limit_) break;
    const bool has_head = fill(now, size, other_);
    if (other_.plan.inputs <= (found ? best_.plan.inputs : 0)) continue;
    other_.plan.full = other_.plan.full || !has_head;
    std::swap(best_, other_);
    found = true;
  }
  if (!found) {  // no size up to B holds a job
    clear(rounded_up(head().inputs), best_);
    pick(head(), 0, best_);
  }
  best_.plan.full = best_.plan.full || best_.plan.inputs >= batch_limit_;
  return best_.plan;
}

void BatchQueue::clear(const BatchTime& size, Candidate& candidate) {
  candidate.plan.size = size.inputs;
  candidate.plan.execution = size.execution;
  candidate.plan.inputs = 0;
  candidate.plan.full = false;
  candidate.plan.first_deadline = Time::never();
  candidate.plan.picks.clear();
  candidate.by_level.clear();
}

bool BatchQueue::fill(Time now, const BatchTime& size, Candidate& candidate) const {
  clear(size, candidate);
  const std::span<const WaitingJob> jobs = waiting_.values();
  for (std::uint32_t place = 0; place < jobs.size() && !candidate.plan.full; ++place) {
    const WaitingJob& job = jobs[place];
    if (has_task(candidate, job.id.task)) continue;
    const bool in_time = now + size.execution <= job.deadline;
    const bool fits = candidate.plan.inputs + job.inputs <= size.inputs;
    if (in_time && fits) pick(job, place, candidate);
    candidate.plan.full = in_time && !fits;
  }
  return !candidate.plan.picks.empty() && candidate.plan.picks.front() == 0;
}

bool BatchQueue::has_task(const Candidate& candidate, TaskId task) const {
  if (batch_of_ == BatchOf::kAnyJobs) return false;
  const std::vector<std::uint32_t>& picks = candidate.plan.picks;
  return std::any_of(picks.begin(), picks.end(),
                     [&](std::uint32_t place) { return waiting_.values()[place].id.task == task; });
}

void BatchQueue::pick(const WaitingJob& job, std::uint32_t place, Candidate& candidate) {
  const std::uint64_t level = job.urgency.level_and_class;
  candidate.plan.inputs += job.inputs;
  candidate.plan.first_deadline = std::min(candidate.plan.first_deadline, job.deadline);
  candidate.plan.picks.push_back(place);
  if (candidate.by_level.empty() || candidate.by_level.back().level != level)
    candidate.by_level.push_back({level, 0});
  candidate.by_level.back().inputs += job.inputs;
}

bool BatchQueue::brings_more(const Candidate& a, const Candidate& b) {
  // `x` is less if it has nothing at the higher of two levels, or fewer inputs at the same level.
  const auto less = [](const LevelInputs& x, const LevelInputs& y) {
    return x.level != y.level ? x.level > y.level : x.inputs < y.inputs;
  };
  return std::lexicographical_compare(b.by_level.begin(), b.by_level.end(), a.by_level.begin(),
                                      a.by_level.end(), less);
}

void BatchQueue::take(const BatchPlan& plan, std::vector<JobId>& jobs) {
  places_ = plan.picks;
  by_deadline_places_.clear();
  for (const std::uint32_t place : places_) {
    const WaitingJob& job = waiting_.values()[place];
    jobs.push_back(job.id);
    by_deadline_places_.push_back(by_deadline_.place_of({job}));
  }
  take_places();
}

void BatchQueue::take_hopeless(Time now, std::vector<WaitingJob>& jobs) {
  const Duration longest = longest_before_deadline();
  places_.clear();
  by_deadline_places_.clear();
  const std::span<const ByDeadline> waiting = by_deadline_.values();
  for (std::uint32_t place = 0; place < waiting.size(); ++place) {
    const WaitingJob& job = waiting[place].job;
    if (now <= job.deadline - longest) break;
    if (now <= last_start(job)) continue;
    places_.push_back(waiting_.place_of(job));
    by_deadline_places_.push_back(place);
  }
  std::sort(places_.begin(), places_.end());
  for (const std::uint32_t place : places_) jobs.push_back(waiting_.values()[place]);
  take_places();
}

void BatchQueue::take_places() {
  std::sort(by_deadline_places_.begin(), by_deadline_places_.end());
  waiting_.take(places_);
  by_deadline_.take(by_deadline_places_);
}

void BatchQueue::take_all(std::vector<JobId>& jobs) {
  for (const WaitingJob& job : waiting_.values()) jobs.push_back(job.id);
  waiting_.clear();
  by_deadline_.clear();
}

}  // namespace daris
