// Batches of whole models in the slots of several contexts: `instances`, `merged` and `symphony`.
#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "base/check.h"
#include "tests/policy/reference/reference_model.h"
#include "tests/policy/reference/reference_text.h"

namespace daris::reference {
namespace {

constexpr std::int64_t kNever = Time::never().ns();
constexpr std::int64_t kMillion = 1'000'000;

struct Job {
  JobId id;
  std::int64_t release = 0;
  std::int64_t deadline = 0;
  std::optional<std::size_t> slot;  // where it runs
};

struct Launch {
  std::size_t group = 0;
  std::uint32_t size = 0;
  std::int64_t at = 0;
};

// What symphony learned of a group, in parts per million.
struct Learned {
  std::int64_t mean = 1'000'000;
  std::vector<std::int64_t> ratios;  // of all batches
};

struct Batch {
  std::vector<Job> jobs;
  std::uint32_t size = 0;
  bool full = false;
};

class BatchSlots : public Model {
 public:
  explicit BatchSlots(const PolicySetup& setup)
      : setup_(setup), lost_(setup.contexts, false), learned_(setup.batch_groups.size()) {}

  std::vector<std::string> step(Time time, const std::vector<Event>& events) override {
    now_ = time.ns();
    out_.clear();
    lose_contexts(events);
    for (const Event& event : events) handle(event);
    std::vector<Job> hopeless;
    for (const Job& job : jobs_)
      if (!job.slot && now_ > last_start(job)) hopeless.push_back(job);
    drop(hopeless, "certainly-late");
    std::int64_t timer = kNever;
    while (best_slot() && launch_one()) {
    }
    if (best_slot()) timer = next_start();
    set_timer(timer);
    return out_;
  }

 protected:
  virtual std::int64_t last_start(const Job& job) const = 0;
  virtual std::tuple<std::uint64_t, std::int64_t, JobId> key(const Job& job) const = 0;
  // Starts a batch that may start now. Returns false if there is none.
  virtual bool launch_one() = 0;
  // The earliest instant at which one may start.
  virtual std::int64_t next_start() const = 0;
  virtual bool learns() const { return false; }

  const PolicySetup& setup() const { return setup_; }
  std::int64_t now() const { return now_; }
  std::size_t groups() const { return setup_.batch_groups.size(); }
  const TaskSetup& task_of(const Job& job) const { return setup_.tasks[job.id.task.at()]; }
  const std::vector<BatchTime>& times(std::size_t group) const { return setup_.batch_groups[group].times; }

  std::int64_t time_of(std::size_t group, std::uint32_t size) const {
    std::int64_t set_up = 0;
    for (const BatchTime& time : times(group))
      if (time.inputs == size) set_up = time.execution.ns();
    const Learned& learned = learned_[group];
    if (!learns() || learned.ratios.empty()) return set_up;
    const auto recent = learned.ratios.end() - std::min<std::ptrdiff_t>(std::ssize(learned.ratios),
                                                                        std::int64_t{setup_.switches.window});
    const std::int64_t ratio = *std::max_element(recent, learned.ratios.end());
    const std::int64_t scaled = std::max<std::int64_t>(1, set_up * std::min(ratio, learned.mean) / kMillion);
    const std::int64_t beyond = std::max<std::int64_t>(0, ratio - learned.mean);
    return scaled + std::max(set_up, usual_time(group)) * beyond / kMillion;
  }

  // The set-up's time of the largest size up to B that takes at most two thirds of the shortest deadline.
  std::int64_t usual_time(std::size_t group) const {
    std::int64_t shortest = std::numeric_limits<std::int64_t>::max();
    for (const TaskSetup& task : setup_.tasks)
      if (task.batch_group == group) shortest = std::min(shortest, task.relative_deadline.ns());
    std::int64_t usual = times(group).front().execution.ns();
    for (const BatchTime& time : times(group))
      if (time.inputs <= setup_.batch_groups[group].batch_limit && 3 * time.execution.ns() <= 2 * shortest)
        usual = time.execution.ns();
    return usual;
  }

  std::uint32_t up(std::size_t group, std::uint32_t inputs) const {
    for (const BatchTime& time : times(group))
      if (time.inputs >= inputs) return time.inputs;
    DARIS_CHECK(false);
  }

  // By the times of the set-up.
  std::uint32_t own_limit(std::size_t group) const {
    std::int64_t shortest = kNever;
    for (const TaskSetup& task : setup_.tasks)
      if (task.batch_group == group) shortest = std::min(shortest, task.relative_deadline.ns());
    std::uint32_t limit = times(group).front().inputs;
    for (const BatchTime& time : times(group))
      if (time.inputs <= setup_.batch_groups[group].batch_limit && time.execution.ns() <= shortest * 2 / 3)
        limit = time.inputs;
    return limit;
  }

  std::vector<Job> waiting(std::size_t group) const {
    std::vector<Job> queue;
    for (const Job& job : jobs_)
      if (!job.slot && task_of(job).batch_group == group) queue.push_back(job);
    std::sort(queue.begin(), queue.end(), [&](const Job& a, const Job& b) { return key(a) < key(b); });
    return queue;
  }

  std::uint32_t running_batches(std::size_t group) const {
    std::uint32_t count = 0;
    for (const auto& [slot, launch] : launches_) count += launch.group == group ? 1 : 0;
    return count;
  }

  std::uint32_t inputs_of(const std::vector<Job>& jobs) const {
    std::uint32_t inputs = 0;
    for (const Job& job : jobs) inputs += task_of(job).inputs;
    return inputs;
  }

  void launch(std::size_t group, const Batch& batch) {
    const std::size_t slot = *best_slot();
    std::vector<JobId> ids;
    for (const Job& job : batch.jobs) {
      ids.push_back(job.id);
      find(job.id)->slot = slot;
    }
    launches_[slot] = {group, batch.size, now_};
    out_.push_back(launch_line(slot, 0, batch.size, ids));
  }

 private:
  std::vector<Job>::iterator find(JobId id) {
    return std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.id == id; });
  }
  bool none_left() const { return std::count(lost_.begin(), lost_.end(), false) == 0; }
  bool is_lost(std::size_t slot) const { return lost_[slot / setup_.streams]; }

  // The lowest free slot of the context with the most free ones.
  std::optional<std::size_t> best_slot() const {
    std::vector<std::size_t> best;
    for (std::size_t context = 0; context < setup_.contexts; ++context) {
      std::vector<std::size_t> free;
      for (std::size_t slot = context * setup_.streams; slot < (context + 1) * setup_.streams; ++slot)
        if (!lost_[context] && launches_.count(slot) == 0) free.push_back(slot);
      if (free.size() > best.size()) best = free;
    }
    if (best.empty()) return std::nullopt;
    return best.front();
  }

  void drop(std::vector<Job> jobs, const std::string& reason) {
    std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.id < b.id; });
    for (const Job& job : jobs) {
      out_.push_back("drop " + name(job.id) + " " + reason);
      jobs_.erase(find(job.id));
    }
  }

  std::vector<Job> jobs_in(std::size_t slot) const {
    std::vector<Job> jobs;
    for (const Job& job : jobs_)
      if (job.slot == slot) jobs.push_back(job);
    return jobs;
  }

  void lose_contexts(const std::vector<Event>& events) {
    for (const Event& event : events)
      if (const auto* lost = std::get_if<ContextLost>(&event)) lost_[lost->context.at()] = true;
    std::vector<Job> dropped;
    for (const Job& job : jobs_)
      if (job.slot ? is_lost(*job.slot) : none_left()) dropped.push_back(job);
    drop(dropped, "context-lost");
    std::erase_if(launches_, [&](const auto& row) { return is_lost(row.first); });
  }

  void handle(const Event& event) {
    if (const auto* failed = std::get_if<LaunchFailed>(&event); failed && !is_lost(failed->slot.at())) {
      drop(jobs_in(failed->slot.at()), "launch-failed");
      launches_.erase(failed->slot.at());
    }
    if (const auto* finished = std::get_if<StageFinished>(&event); finished && !is_lost(finished->slot.at()))
      end(finished->slot.at());
    if (const auto* released = std::get_if<JobReleased>(&event)) release(*released);
    if (std::holds_alternative<TimerFired>(event)) timer_ = kNever;
  }

  void end(std::size_t slot) {
    const Launch launch = launches_.at(slot);
    for (const BatchTime& time : times(launch.group)) {
      if (time.inputs != launch.size) continue;
      Learned& learned = learned_[launch.group];
      const std::int64_t set_up = time.execution.ns();
      const std::int64_t took = std::min(now_ - launch.at, 1000 * set_up);
      learned.mean += (std::max<std::int64_t>(1, took * kMillion / set_up) - learned.mean) / 16;
      const std::int64_t beyond = took - std::max<std::int64_t>(1, set_up * learned.mean / kMillion);
      const std::int64_t yardstick = std::max(set_up, usual_time(launch.group));
      learned.ratios.push_back(std::max<std::int64_t>(1, learned.mean + beyond * kMillion / yardstick));
    }
    for (const Job& job : jobs_in(slot)) jobs_.erase(find(job.id));
    launches_.erase(slot);
  }

  void release(const JobReleased& released) {
    const std::int64_t at = released.nominal_release.ns();
    const TaskSetup& task = setup_.tasks[released.job.task.at()];
    const Job job{released.job, at, at + task.relative_deadline.ns(), std::nullopt};
    if (none_left()) {
      out_.push_back("reject " + name(job.id) + " no-context");
    } else if (now_ > last_start(job)) {
      out_.push_back("reject " + name(job.id) + " certainly-late");
    } else {
      out_.push_back("admit " + name(job.id) + " context 0");
      jobs_.push_back(job);
    }
  }

  void set_timer(std::int64_t at) {
    if (at == timer_) return;
    timer_ = at;
    out_.push_back(at == kNever ? std::string("timer 0 off") : "timer 0 at " + std::to_string(at));
  }

  PolicySetup setup_;
  std::int64_t now_ = 0;
  std::vector<bool> lost_;
  std::vector<Job> jobs_;
  std::map<std::size_t, Launch> launches_;  // by slot
  std::vector<Learned> learned_;            // by group
  std::int64_t timer_ = kNever;
  std::vector<std::string> out_;
};

class Instances final : public BatchSlots {
 public:
  Instances(const PolicySetup& setup, bool merged) : BatchSlots(setup), merged_(merged) {}

 private:
  // In a merged network each task has one place.
  bool has_no_place(const Batch& batch, const Job& job) const {
    return merged_ && std::any_of(batch.jobs.begin(), batch.jobs.end(),
                                  [&](const Job& other) { return other.id.task == job.id.task; });
  }
  std::int64_t last_start(const Job& job) const override {
    const std::size_t group = task_of(job).batch_group;
    return job.deadline - time_of(group, up(group, std::max(task_of(job).inputs, own_limit(group))));
  }
  std::tuple<std::uint64_t, std::int64_t, JobId> key(const Job& job) const override {
    return {task_of(job).level, job.release, job.id};
  }

  Batch batch_of(std::size_t group) const {
    Batch batch;
    const std::uint32_t limit = own_limit(group);
    for (const Job& job : waiting(group)) {
      if (has_no_place(batch, job)) continue;
      batch.full = inputs_of(batch.jobs) + task_of(job).inputs > limit;
      if (batch.full && !batch.jobs.empty()) break;
      batch.jobs.push_back(job);
      if (batch.full) break;  // larger than the limit by itself
    }
    batch.full = batch.full || inputs_of(batch.jobs) >= limit;
    batch.size = up(group, inputs_of(batch.jobs));
    return batch;
  }

  bool can_run(std::size_t group) const {
    const std::uint32_t most = setup().switches.instances;
    return !waiting(group).empty() && (most == kInstancesAll || running_batches(group) < most);
  }

  std::int64_t due(std::size_t group) const {
    std::int64_t due = kNever;
    for (const Job& job : waiting(group))
      due = std::min({due, job.release + setup().switches.queue_delay.ns(), last_start(job)});
    return due;
  }

  bool launch_one() override {
    std::map<std::tuple<std::uint32_t, std::int64_t, JobId>, std::size_t> ready;
    for (std::size_t group = 0; group < groups(); ++group) {
      if (!can_run(group) || (due(group) > now() && !batch_of(group).full)) continue;
      const Job head = waiting(group).front();
      ready[{task_of(head).level, last_start(head), head.id}] = group;
    }
    if (ready.empty()) return false;
    launch(ready.begin()->second, batch_of(ready.begin()->second));
    return true;
  }

  std::int64_t next_start() const override {
    std::int64_t next = kNever;
    for (std::size_t group = 0; group < groups(); ++group)
      if (can_run(group)) next = std::min(next, due(group));
    return next;
  }

  bool merged_;
};

class Symphony final : public BatchSlots {
 public:
  using BatchSlots::BatchSlots;

 private:
  bool learns() const override { return setup().switches.estimator == Estimator::kMret; }
  std::int64_t last_start(const Job& job) const override {
    const std::size_t group = task_of(job).batch_group;
    return job.deadline - time_of(group, up(group, task_of(job).inputs));
  }
  std::tuple<std::uint64_t, std::int64_t, JobId> key(const Job& job) const override {
    return {0, job.deadline, job.id};
  }

  Batch fill(std::size_t group, std::uint32_t size) const {
    Batch batch;
    batch.size = size;
    for (const Job& job : waiting(group)) {
      if (now() + time_of(group, size) > job.deadline) continue;
      batch.full = inputs_of(batch.jobs) + task_of(job).inputs > size;
      if (batch.full) break;
      batch.jobs.push_back(job);
    }
    batch.full = batch.full || inputs_of(batch.jobs) >= own_limit(group);
    return batch;
  }

  Batch candidate(std::size_t group) const {
    const std::uint32_t limit = own_limit(group);
    const Job head = waiting(group).front();
    Batch best;
    for (const BatchTime& time : times(group)) {
      if (time.inputs > limit) continue;
      Batch batch = fill(group, time.inputs);
      if (inputs_of(batch.jobs) <= inputs_of(best.jobs)) continue;
      if (batch.jobs.front().id != head.id) batch.full = true;
      best = batch;
    }
    if (!best.jobs.empty()) return best;
    return Batch{{head}, up(group, task_of(head).inputs), true};
  }

  std::int64_t latest(std::size_t group, const Batch& batch) const {
    return first_deadline(batch) - time_of(group, batch.size);
  }
  static std::int64_t first_deadline(const Batch& batch) {
    std::int64_t first = kNever;
    for (const Job& job : batch.jobs) first = std::min(first, job.deadline);
    return first;
  }

  // When the candidate may start.
  std::int64_t opens(std::size_t group) const {
    const Batch batch = candidate(group);
    if (batch.full) return now();
    std::uint32_t above = times(group).back().inputs;
    for (auto time = times(group).rbegin(); time != times(group).rend(); ++time)
      if (time->inputs > batch.size) above = time->inputs;
    std::int64_t opens = std::min(latest(group, batch), first_deadline(batch) - time_of(group, above));
    for (const Job& job : waiting(group)) opens = std::min(opens, last_start(job));
    return opens;
  }

  bool launch_one() override {
    std::optional<std::size_t> first;
    for (std::size_t group = 0; group < groups(); ++group) {
      if (waiting(group).empty() || opens(group) > now()) continue;
      if (!first || latest(group, candidate(group)) < latest(*first, candidate(*first))) first = group;
    }
    if (first) launch(*first, candidate(*first));
    return first.has_value();
  }

  std::int64_t next_start() const override {
    std::int64_t next = kNever;
    for (std::size_t group = 0; group < groups(); ++group)
      if (!waiting(group).empty()) next = std::min(next, opens(group));
    return next;
  }
};

}  // namespace

std::unique_ptr<Model> make_instances(const PolicySetup& setup, bool merged) {
  return std::make_unique<Instances>(setup, merged);
}
std::unique_ptr<Model> make_symphony(const PolicySetup& setup) { return std::make_unique<Symphony>(setup); }

}  // namespace daris::reference
