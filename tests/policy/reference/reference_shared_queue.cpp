// One queue over all slots: `fifo` and `edf`.
#include <algorithm>
#include <map>
#include <tuple>

#include "base/check.h"
#include "tests/policy/reference/reference_model.h"
#include "tests/policy/reference/reference_text.h"

namespace daris::reference {
namespace {

struct Job {
  JobId id;
  std::int64_t release = 0;
  bool running = false;
  std::size_t slot = 0;
};

class SharedQueue final : public Model {
 public:
  SharedQueue(const PolicySetup& setup, bool by_deadline)
      : setup_(setup), by_deadline_(by_deadline), lost_(setup.contexts, false) {}

  std::vector<std::string> step(Time now, const std::vector<Event>& events) override {
    out_.clear();
    launches_.clear();
    now_ = now.ns();
    lose_contexts(events);
    for (const Event& event : events) {
      if (const auto* failed = std::get_if<LaunchFailed>(&event)) end(failed->slot.at(), true);
      if (const auto* finished = std::get_if<StageFinished>(&event)) finish(*finished);
      if (const auto* released = std::get_if<JobReleased>(&event)) release(*released);
    }
    while (take_first()) {
    }
    out_.insert(out_.end(), launches_.begin(), launches_.end());
    return out_;
  }

 private:
  bool none_left() const { return std::count(lost_.begin(), lost_.end(), false) == 0; }

  void lose_contexts(const std::vector<Event>& events) {
    const bool had_contexts = !none_left();
    for (const Event& event : events)
      if (const auto* lost = std::get_if<ContextLost>(&event)) lost_[lost->context.at()] = true;
    if (!had_contexts) return;
    std::vector<JobId> dropped;
    for (const Job& job : jobs_)
      if (job.running ? lost_[job.slot / setup_.streams] : none_left()) dropped.push_back(job.id);
    std::sort(dropped.begin(), dropped.end());
    for (const JobId id : dropped) {
      out_.push_back("drop " + name(id) + " context-lost");
      jobs_.erase(std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.id == id; }));
    }
  }

  void finish(const StageFinished& finished) {
    for (const Job& job : jobs_)
      if (job.running && job.slot == finished.slot.at() && !lost_[job.slot / setup_.streams])
        measured_[job.id.task.at()].push_back(std::max<std::int64_t>(1, finished.execution.ns()));
    end(finished.slot.at(), false);
  }

  // Would be late even if it started now: by the largest of the last 5 measured times, or by the AFET if
  // there is none, or if that is above the whole deadline.
  bool is_hopeless(const Job& job) const {
    const TaskSetup& task = setup_.tasks[job.id.task.at()];
    const std::vector<std::int64_t> empty;
    const auto found = measured_.find(job.id.task.at());
    const std::vector<std::int64_t>& times = found == measured_.end() ? empty : found->second;
    std::int64_t takes = 0;
    for (std::size_t i = times.size() > 5 ? times.size() - 5 : 0; i < times.size(); ++i)
      takes = std::max(takes, times[i]);
    if (times.empty() || takes > task.relative_deadline.ns()) takes = task.stage_estimates[0].ns();
    return now_ + takes > job.release + task.relative_deadline.ns();
  }

  void end(std::size_t slot, bool failed) {
    if (lost_[slot / setup_.streams]) return;
    const auto job =
        std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& j) { return j.running && j.slot == slot; });
    DARIS_CHECK(job != jobs_.end());
    if (failed) out_.push_back("drop " + name(job->id) + " launch-failed");
    jobs_.erase(job);
  }

  void release(const JobReleased& released) {
    if (none_left()) {
      out_.push_back("reject " + name(released.job) + " no-context");
      return;
    }
    out_.push_back("admit " + name(released.job) + " context 0");
    jobs_.push_back({released.job, released.nominal_release.ns()});
  }

  std::int64_t key(const Job& job) const {
    return by_deadline_ ? job.release + setup_.tasks[job.id.task.at()].relative_deadline.ns() : job.release;
  }

  std::vector<std::size_t> free_slots(std::size_t context) const {
    std::vector<std::size_t> free;
    for (std::size_t slot = context * setup_.streams; slot < (context + 1) * setup_.streams; ++slot)
      if (std::none_of(jobs_.begin(), jobs_.end(),
                       [&](const Job& job) { return job.running && job.slot == slot; }))
        free.push_back(slot);
    return free;
  }

  // Starts the first job, or drops it. Returns false if none waits or no slot is free.
  bool take_first() {
    Job* first = nullptr;
    for (Job& job : jobs_)
      if (!job.running &&
          (first == nullptr || std::make_tuple(key(job), job.id) < std::make_tuple(key(*first), first->id)))
        first = &job;
    // The least loaded context has the most free slots.
    std::vector<std::size_t> best;
    for (std::size_t c = 0; c < setup_.contexts; ++c)
      if (!lost_[c] && free_slots(c).size() > best.size()) best = free_slots(c);
    if (first == nullptr || best.empty()) return false;
    if (setup_.switches.shed && is_hopeless(*first)) {
      out_.push_back("drop " + name(first->id) + " certainly-late");
      jobs_.erase(jobs_.begin() + (first - jobs_.data()));
      return true;
    }
    first->running = true;
    first->slot = best.front();
    launches_.push_back(launch_line(first->slot, 0, setup_.tasks[first->id.task.at()].inputs, {first->id}));
    return true;
  }

  PolicySetup setup_;
  bool by_deadline_;
  std::vector<bool> lost_;
  std::vector<Job> jobs_;
  std::int64_t now_ = 0;
  std::map<std::size_t, std::vector<std::int64_t>> measured_;  // by task, all of them
  std::vector<std::string> out_;
  std::vector<std::string> launches_;  // they come last
};

}  // namespace

std::unique_ptr<Model> make_shared_queue(const PolicySetup& setup, bool by_deadline) {
  return std::make_unique<SharedQueue>(setup, by_deadline);
}

}  // namespace daris::reference
