// Earliest deadline first: whole models from one queue, in the lowest free slot. See ../own-policy.md.
#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "plugin/own_policy.h"

namespace daris {
class EarliestDeadline final : public OwnPolicy {
 public:
  explicit EarliestDeadline(const PolicySetup& setup)
      : OwnPolicy(setup), running_(slots()), lost_(setup.contexts, false) {}

 private:
  void on_job_released(const JobReleased& released) override {
    decisions().push_back(AdmitJob{released.job, ContextId(0)});
    waiting_.emplace(released.nominal_release + task_of(released.job).relative_deadline, released.job);
  }
  void on_stage_finished(const StageFinished& finished) override { running_[finished.slot.at()].reset(); }
  void on_launch_failed(const LaunchFailed& failed) override { drop(failed.slot, DropReason::kLaunchFailed); }
  void lose_contexts(std::span<const Event> losses) override {
    for (const Event& loss : losses) lost_[std::get<ContextLost>(loss).context.at()] = true;
    for (std::uint32_t slot = 0; slot < slots(); ++slot)
      if (is_lost(SlotId(slot))) drop(SlotId(slot), DropReason::kContextLost);
  }
  void drop(SlotId slot, DropReason reason) {
    if (running_[slot.at()]) decisions().push_back(DropJob{*running_[slot.at()], reason});
    running_[slot.at()].reset();
  }
  void dispatch() override {
    const bool none_left = std::find(lost_.begin(), lost_.end(), false) == lost_.end();
    for (; none_left && !waiting_.empty(); waiting_.erase(waiting_.begin()))
      decisions().push_back(DropJob{waiting_.begin()->second, DropReason::kContextLost});
    for (std::uint32_t slot = 0; slot < slots() && !waiting_.empty(); ++slot) {
      if (running_[slot] || is_lost(SlotId(slot))) continue;
      const JobId& job = running_[slot].emplace(waiting_.begin()->second);  // stays where it is until it ends
      decisions().push_back(LaunchStage{SlotId(slot), StageIndex(0), task_of(job).inputs, {&job, 1}});
      waiting_.erase(waiting_.begin());
    }
  }
  [[nodiscard]] bool is_lost(SlotId slot) const { return lost_[context_of(slot).at()]; }

  std::multimap<Time, JobId> waiting_;         // by deadline
  std::vector<std::optional<JobId>> running_;  // by slot
  std::vector<bool> lost_;                     // by context
};

DARIS_OWN_POLICY(EarliestDeadline, .summary = "whole models, earliest deadline first", .whole_models = true);
}  // namespace daris
