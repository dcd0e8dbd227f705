// The rules that every policy obeys, whatever it decides. They are what an executor relies on, so a policy
// from a file is watched by them in every run (plugin/guarded_policy.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/setup.h"

namespace daris {

enum class PolicyRule {
  kAdmission,
  kSlots,
  kStages,
  kBatches,
  kLevels,
  kFaults,
  kConservation,
  kTimers,
};
inline constexpr std::size_t kPolicyRules = 8;

// "each release is admitted or rejected in its step, and only admitted jobs run"
[[nodiscard]] std::string_view to_text(PolicyRule rule);

struct BrokenRule {
  PolicyRule rule;
  std::string what;  // "slot 3 runs twice at once"
};

// Follows a run step by step: begin_step(), take() for each decision, end_step(). A decision that breaks a
// rule is not carried out, and the object goes on without it. Threads: one.
class PolicyRules {
 public:
  struct Job {
    Time nominal_release;
    ContextId context;        // as admitted, then where it runs
    std::uint32_t stage = 0;  // the one that runs or is ready
    bool running = false;
    bool must_go = false;  // its context was lost after it had started, or its launch failed
  };

  // REQUIRES: `setup` outlives this and was checked (policy/setup_check.h).
  explicit PolicyRules(const PolicySetup& setup);

  // REQUIRES: what Policy::step() requires.
  void begin_step(std::span<const Event> events);
  [[nodiscard]] std::optional<BrokenRule> take(Time now, const Decision& decision);
  [[nodiscard]] std::optional<BrokenRule> end_step() const;
  // After the last event of a run.
  [[nodiscard]] std::optional<BrokenRule> end_run() const;

  // The jobs that were admitted and have not ended.
  [[nodiscard]] const std::map<JobId, Job>& jobs() const { return jobs_; }
  // What was launched in the slot last and has not ended. That of a lost context never ends.
  [[nodiscard]] std::span<const JobId> running(SlotId slot) const { return running_[slot.at()]; }
  [[nodiscard]] bool is_lost(ContextId context) const { return lost_[context.at()]; }
  [[nodiscard]] ContextId context_of(SlotId slot) const { return ContextId(slot.value() / setup_.streams); }
  // Jobs that came to their end in the events of this step.
  [[nodiscard]] std::uint64_t completed() const { return completed_; }

 private:
  using Broken = std::optional<BrokenRule>;

  void lose(ContextId context);
  void fail(SlotId slot);
  void finish(SlotId slot);
  void must_go(JobId id);
  [[nodiscard]] bool is_task(JobId job) const { return job.task.at() < setup_.tasks.size(); }
  [[nodiscard]] bool is_context(ContextId context) const { return context.at() < lost_.size(); }
  [[nodiscard]] Broken take_one(Time now, const AdmitJob& admit);
  [[nodiscard]] Broken take_one(Time now, const RejectJob& reject);
  [[nodiscard]] Broken take_one(Time now, const DropJob& drop);
  [[nodiscard]] Broken take_one(Time now, const MigrateTask& migrate) const;
  [[nodiscard]] Broken take_one(Time now, const LaunchStage& launch);
  [[nodiscard]] static Broken take_one(Time now, const SetTimer& timer);
  [[nodiscard]] Broken check_slot(SlotId slot) const;
  [[nodiscard]] Broken check_batch(const LaunchStage& launch) const;
  [[nodiscard]] Broken check_job(const LaunchStage& launch, JobId id) const;

  const PolicySetup& setup_;
  std::vector<std::uint32_t> limits_;        // by batch group, of the inputs in a launch
  std::vector<std::vector<JobId>> running_;  // by slot
  std::vector<bool> lost_;                   // by context
  std::map<JobId, Time> undecided_;          // releases of this step
  std::map<JobId, Job> jobs_;
  std::vector<JobId> must_go_;  // in this step
  std::uint64_t completed_ = 0;
};

}  // namespace daris
