// One queue over all slots: `fifo` and `edf`.
#include <algorithm>
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

  std::vector<std::string> step(Time, const std::vector<Event>& events) override {
    out_.clear();
    lose_contexts(events);
    for (const Event& event : events) {
      if (const auto* failed = std::get_if<LaunchFailed>(&event)) end(failed->slot.at(), true);
      if (const auto* finished = std::get_if<StageFinished>(&event)) end(finished->slot.at(), false);
      if (const auto* released = std::get_if<JobReleased>(&event)) release(*released);
    }
    while (launch_one()) {
    }
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

  bool launch_one() {
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
    first->running = true;
    first->slot = best.front();
    out_.push_back(launch_line(first->slot, 0, setup_.tasks[first->id.task.at()].inputs, {first->id}));
    return true;
  }

  PolicySetup setup_;
  bool by_deadline_;
  std::vector<bool> lost_;
  std::vector<Job> jobs_;
  std::vector<std::string> out_;
};

}  // namespace

std::unique_ptr<Model> make_shared_queue(const PolicySetup& setup, bool by_deadline) {
  return std::make_unique<SharedQueue>(setup, by_deadline);
}

}  // namespace daris::reference
