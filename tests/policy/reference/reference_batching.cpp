// One batch at a time on the whole machine: `batching` and `clockwork`.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "tests/policy/reference/reference_model.h"
#include "tests/policy/reference/reference_text.h"

namespace daris::reference {
namespace {

struct Job {
  JobId id;
  std::int64_t deadline = 0;
};

struct Batch {
  std::vector<Job> jobs;
  std::uint32_t size = 0;    // a profiled size
  std::uint32_t inputs = 0;  // of the jobs
  bool full = false;
};

class Batching final : public Model {
 public:
  Batching(const PolicySetup& setup, bool limit_to_one) : setup_(setup) {
    if (limit_to_one)
      for (BatchGroupSetup& group : setup_.batch_groups) group.batch_limit = 1;
  }

  std::vector<std::string> step(Time time, const std::vector<Event>& events) override {
    now_ = time.ns();
    out_.clear();
    for (const Event& event : events) handle(event);
    if (running_.empty() && !lost_) dispatch();
    return out_;
  }

 private:
  const TaskSetup& task_of(const Job& job) const { return setup_.tasks[job.id.task.at()]; }
  const BatchGroupSetup& group_of(const Job& job) const {
    return setup_.batch_groups[task_of(job).batch_group];
  }

  static BatchTime rounded_up(const BatchGroupSetup& group, std::uint32_t inputs) {
    for (const BatchTime& time : group.times)
      if (time.inputs >= inputs) return time;
    return group.times.back();
  }

  std::int64_t time_alone(const Job& job) const {
    return rounded_up(group_of(job), task_of(job).inputs).execution.ns();
  }

  bool more_urgent(const Job& a, const Job& b) const {
    return std::make_tuple(task_of(a).level, a.deadline, a.id) <
           std::make_tuple(task_of(b).level, b.deadline, b.id);
  }

  void handle(const Event& event) {
    if (std::holds_alternative<ContextLost>(event) && !lost_) {
      lost_ = true;
      std::vector<Job> all = waiting_;
      all.insert(all.end(), running_.begin(), running_.end());
      drop(all, "context-lost");
      waiting_.clear();
      running_.clear();
      set_timer(Time::never().ns());
    }
    if (const auto* released = std::get_if<JobReleased>(&event)) release(*released);
    if (std::holds_alternative<TimerFired>(event)) timer_ = Time::never().ns();
    if (lost_) return;
    if (std::holds_alternative<LaunchFailed>(event)) {
      drop(running_, "launch-failed");
      running_.clear();
    }
    if (std::holds_alternative<StageFinished>(event)) running_.clear();
  }

  void drop(std::vector<Job> jobs, const std::string& reason) {
    std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.id < b.id; });
    for (const Job& job : jobs) out_.push_back("drop " + name(job.id) + " " + reason);
  }

  void release(const JobReleased& released) {
    if (lost_) {
      out_.push_back("reject " + name(released.job) + " no-context");
      return;
    }
    const TaskSetup& task = setup_.tasks[released.job.task.at()];
    const Job job{released.job, released.nominal_release.ns() + task.relative_deadline.ns()};
    const std::int64_t earliest_start = running_.empty() ? now_ : std::max(now_, expected_end_);
    if (earliest_start + time_alone(job) > job.deadline) {
      out_.push_back("reject " + name(job.id) + " certainly-late");
      return;
    }
    out_.push_back("admit " + name(job.id) + " context 0");
    waiting_.push_back(job);
  }

  void drop_hopeless() {
    std::vector<Job> hopeless;
    for (const Job& job : waiting_)
      if (now_ + time_alone(job) > job.deadline) hopeless.push_back(job);
    std::sort(hopeless.begin(), hopeless.end(), [&](const Job& a, const Job& b) {
      return std::make_tuple(-std::int64_t(task_of(a).level), a.deadline, a.id) <
             std::make_tuple(-std::int64_t(task_of(b).level), b.deadline, b.id);
    });
    for (const Job& job : hopeless) {
      out_.push_back("drop " + name(job.id) + " certainly-late");
      remove_waiting(job);
    }
  }

  void remove_waiting(const Job& gone) {
    waiting_.erase(
        std::find_if(waiting_.begin(), waiting_.end(), [&](const Job& job) { return job.id == gone.id; }));
  }

  // The jobs of `queue` (most urgent first) that a batch of `time`'s size would take. Returns nullopt if it
  // would not take the first.
  std::optional<Batch> fill(const std::vector<Job>& queue, const BatchTime& time) const {
    Batch batch;
    batch.size = time.inputs;
    for (const Job& job : queue) {
      if (now_ + time.execution.ns() > job.deadline) continue;
      batch.full = batch.inputs + task_of(job).inputs > time.inputs;
      if (batch.full) break;
      batch.jobs.push_back(job);
      batch.inputs += task_of(job).inputs;
    }
    if (batch.jobs.empty() || batch.jobs[0].id != queue[0].id) return std::nullopt;
    return batch;
  }

  // Tells whether `a` is worth more: it has more inputs of the highest level, then of the next, and so on.
  bool better(const Batch& a, const Batch& b) const {
    std::map<std::uint32_t, std::int64_t> difference;
    for (const Job& job : a.jobs) difference[task_of(job).level] += task_of(job).inputs;
    for (const Job& job : b.jobs) difference[task_of(job).level] -= task_of(job).inputs;
    for (const auto& [level, inputs] : difference)
      if (inputs != 0) return inputs > 0;
    return false;
  }

  Batch choose(const std::vector<Job>& queue) const {
    const BatchGroupSetup& group = group_of(queue[0]);
    const std::uint32_t head_inputs = task_of(queue[0]).inputs;
    std::optional<Batch> best;
    for (const BatchTime& time : group.times) {
      if (time.inputs > group.batch_limit) continue;
      const std::optional<Batch> batch = fill(queue, time);
      if (batch && (!best || better(*batch, *best))) best = batch;
    }
    if (best) {
      best->full = best->full || best->inputs >= group.batch_limit;
      best->size = least_size(*best, group);
      return *best;
    }
    return Batch{{queue[0]}, rounded_up(group, head_inputs).inputs, head_inputs, true};
  }

  // The smallest size that holds the batch's jobs and makes none of them late.
  std::uint32_t least_size(const Batch& batch, const BatchGroupSetup& group) const {
    for (const BatchTime& time : group.times) {
      bool serves = time.inputs >= batch.inputs;
      for (const Job& job : batch.jobs) serves = serves && now_ + time.execution.ns() <= job.deadline;
      if (serves) return time.inputs;
    }
    return batch.size;
  }

  std::int64_t latest_start(const Batch& batch, const std::vector<Job>& sorted) const {
    const BatchGroupSetup& group = group_of(batch.jobs[0]);
    std::int64_t set_aside = 0;
    for (const BatchTime& time : group.times)
      if (time.inputs <= group.batch_limit) set_aside = std::max(set_aside, time.execution.ns());
    std::int64_t latest = Time::never().ns();
    for (const Job& job : batch.jobs) latest = std::min(latest, job.deadline - set_aside);
    for (std::uint32_t g = 0; g < setup_.batch_groups.size(); ++g) {
      if (g == task_of(batch.jobs[0]).batch_group) continue;
      for (const Job& job : sorted) {
        if (task_of(job).batch_group != g) continue;
        latest = std::min(latest, job.deadline - time_alone(job) - set_aside);
        break;
      }
    }
    return latest;
  }

  void dispatch() {
    drop_hopeless();
    std::int64_t timer = Time::never().ns();
    if (!waiting_.empty()) {
      std::vector<Job> sorted = waiting_;
      std::sort(sorted.begin(), sorted.end(), [&](const Job& a, const Job& b) { return more_urgent(a, b); });
      std::vector<Job> queue;
      for (const Job& job : sorted)
        if (task_of(job).batch_group == task_of(sorted[0]).batch_group) queue.push_back(job);
      const Batch batch = choose(queue);
      const std::int64_t latest = latest_start(batch, sorted);
      if (setup_.switches.wait == BatchWait::kLatest && !batch.full && latest > now_)
        timer = latest;
      else
        launch(batch);
    }
    set_timer(timer);
  }

  void launch(const Batch& batch) {
    std::vector<JobId> ids;
    for (const Job& job : batch.jobs) {
      ids.push_back(job.id);
      remove_waiting(job);
    }
    const BatchTime time = rounded_up(group_of(batch.jobs[0]), batch.size);
    running_ = batch.jobs;
    expected_end_ = now_ + time.execution.ns();
    out_.push_back(launch_line(0, 0, batch.size, ids));
  }

  void set_timer(std::int64_t at) {
    if (at == timer_) return;
    timer_ = at;
    out_.push_back(at == Time::never().ns() ? std::string("timer 0 off")
                                            : "timer 0 at " + std::to_string(at));
  }

  PolicySetup setup_;
  std::int64_t now_ = 0;
  bool lost_ = false;
  std::int64_t timer_ = Time::never().ns();
  std::int64_t expected_end_ = 0;
  std::vector<Job> waiting_;
  std::vector<Job> running_;
  std::vector<std::string> out_;
};

}  // namespace

std::unique_ptr<Model> make_batching(const PolicySetup& setup, bool limit_to_one) {
  return std::make_unique<Batching>(setup, limit_to_one);
}

}  // namespace daris::reference
