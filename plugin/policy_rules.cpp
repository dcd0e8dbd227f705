#include "plugin/policy_rules.h"

#include <algorithm>
#include <array>
#include <variant>

namespace daris {
namespace {

constexpr std::uint32_t kTimersMax = 65536;

constexpr std::array<std::string_view, kPolicyRules> kRuleTexts{
    "each release is admitted or rejected in its step, and only admitted jobs run",
    "no slot runs two launches at once",
    "the stages of a job run in order, one at a time, in one context",
    "a batch has jobs of equal weights, and a size that exists",
    "a level runs only in contexts that it may use",
    "what fails or is lost takes its jobs with it, and is not used again",
    "each admitted job completes once, or is dropped once",
    "timers are set for later instants",
};

BrokenRule broken(PolicyRule rule, std::string what) { return {rule, std::move(what)}; }

std::string name_of(JobId job) {
  return "job " + std::to_string(job.ordinal) + " of task " + std::to_string(job.task.value());
}

// B, or the least size that holds the group's largest job if that is larger.
std::vector<std::uint32_t> limits_of(const PolicySetup& setup) {
  std::vector<std::uint32_t> limits;
  for (const BatchGroupSetup& group : setup.batch_groups) limits.push_back(group.batch_limit);
  for (const TaskSetup& task : setup.tasks) {
    if (setup.batch_groups.empty()) break;
    const std::vector<BatchTime>& times = setup.batch_groups[task.batch_group].times;
    const auto holds = [&](const BatchTime& time) { return time.inputs >= task.inputs; };
    const auto size = std::find_if(times.begin(), times.end(), holds);
    if (size != times.end()) limits[task.batch_group] = std::max(limits[task.batch_group], size->inputs);
  }
  return limits;
}

}  // namespace

std::string_view to_text(PolicyRule rule) { return kRuleTexts.at(static_cast<std::size_t>(rule)); }

PolicyRules::PolicyRules(const PolicySetup& setup)
    : setup_(setup),
      limits_(limits_of(setup)),
      running_(std::size_t{setup.contexts} * setup.streams),
      lost_(setup.contexts, false) {}

void PolicyRules::begin_step(std::span<const Event> events) {
  undecided_.clear();
  must_go_.clear();
  completed_ = 0;
  for (const Event& event : events) {
    if (const auto* lost = std::get_if<ContextLost>(&event)) lose(lost->context);
    if (const auto* failed = std::get_if<LaunchFailed>(&event)) fail(failed->slot);
    if (const auto* finished = std::get_if<StageFinished>(&event)) finish(finished->slot);
    if (const auto* released = std::get_if<JobReleased>(&event))
      undecided_[released->job] = released->nominal_release;
  }
}

void PolicyRules::lose(ContextId context) {
  if (lost_[context.at()]) return;
  lost_[context.at()] = true;
  for (const auto& [id, job] : jobs_) {
    if (job.context == context && (job.running || job.stage > 0)) must_go(id);
  }
}

void PolicyRules::fail(SlotId slot) {
  if (lost_[context_of(slot).at()]) return;
  for (const JobId id : running_[slot.at()]) must_go(id);
  running_[slot.at()].clear();
}

void PolicyRules::finish(SlotId slot) {
  if (lost_[context_of(slot).at()]) return;
  for (const JobId id : running_[slot.at()]) {
    Job& job = jobs_.at(id);
    job.running = false;
    ++job.stage;
    if (job.stage < setup_.tasks[id.task.at()].stage_estimates.size()) continue;
    jobs_.erase(id);
    ++completed_;
  }
  running_[slot.at()].clear();
}

void PolicyRules::must_go(JobId id) {
  Job& job = jobs_.at(id);
  job.running = false;
  job.must_go = true;
  must_go_.push_back(id);
}

std::optional<BrokenRule> PolicyRules::take(Time now, const Decision& decision) {
  return std::visit([&](const auto& one) { return take_one(now, one); }, decision);
}

std::optional<BrokenRule> PolicyRules::end_step() const {
  if (!undecided_.empty())
    return broken(PolicyRule::kAdmission,
                  "a release was neither admitted nor rejected: " + name_of(undecided_.begin()->first));
  const auto left =
      std::find_if(must_go_.begin(), must_go_.end(), [&](JobId id) { return jobs_.contains(id); });
  if (left == must_go_.end()) return std::nullopt;
  return broken(PolicyRule::kFaults,
                "a job was not dropped when its launch failed or its context was lost: " + name_of(*left));
}

std::optional<BrokenRule> PolicyRules::end_run() const {
  if (jobs_.empty()) return std::nullopt;
  return broken(PolicyRule::kConservation, std::to_string(jobs_.size()) + " admitted jobs never ended");
}

PolicyRules::Broken PolicyRules::take_one(Time /*now*/, const AdmitJob& admit) {
  const auto released = undecided_.find(admit.job);
  if (released == undecided_.end())
    return broken(PolicyRule::kAdmission,
                  "a job was admitted that was not released just now: " + name_of(admit.job));
  if (!is_context(admit.context))
    return broken(PolicyRule::kAdmission, "a job was admitted to a context that is not there");
  Job job;
  job.nominal_release = released->second;
  job.context = admit.context;
  jobs_[admit.job] = job;
  undecided_.erase(released);
  return std::nullopt;
}

PolicyRules::Broken PolicyRules::take_one(Time /*now*/, const RejectJob& reject) {
  if (undecided_.erase(reject.job) == 1) return std::nullopt;
  return broken(PolicyRule::kAdmission,
                "a job was rejected that was not released just now: " + name_of(reject.job));
}

PolicyRules::Broken PolicyRules::take_one(Time /*now*/, const DropJob& drop) {
  const auto found = jobs_.find(drop.job);
  if (found == jobs_.end())
    return broken(PolicyRule::kConservation,
                  "a job was dropped that is not in the system: " + name_of(drop.job));
  if (found->second.running)
    return broken(PolicyRule::kConservation, "a job was dropped while it ran: " + name_of(drop.job));
  jobs_.erase(found);
  return std::nullopt;
}

PolicyRules::Broken PolicyRules::take_one(Time /*now*/, const MigrateTask& migrate) const {
  const bool exists = migrate.task.at() < setup_.tasks.size() && is_context(migrate.from) &&
                      is_context(migrate.to) && migrate.from != migrate.to;
  if (exists && !is_lost(migrate.to)) return std::nullopt;
  return broken(exists ? PolicyRule::kFaults : PolicyRule::kAdmission, "a migration to nowhere");
}

PolicyRules::Broken PolicyRules::take_one(Time now, const SetTimer& timer) {
  if (timer.timer.value() >= kTimersMax)
    return broken(PolicyRule::kTimers, "timer " + std::to_string(timer.timer.value()) +
                                           " is set; numbers below 65536 are allowed");
  if (timer.at > now) return std::nullopt;
  return broken(PolicyRule::kTimers, "a timer is set for the past");
}

PolicyRules::Broken PolicyRules::take_one(Time /*now*/, const LaunchStage& launch) {
  if (Broken found = check_slot(launch.slot)) return found;
  if (Broken found = check_batch(launch)) return found;
  for (const JobId id : launch.jobs) {
    if (Broken found = check_job(launch, id)) return found;
    Job& job = jobs_.at(id);
    job.running = true;
    job.context = context_of(launch.slot);
  }
  running_[launch.slot.at()].assign(launch.jobs.begin(), launch.jobs.end());
  return std::nullopt;
}

PolicyRules::Broken PolicyRules::check_slot(SlotId slot) const {
  if (slot.at() >= running_.size())
    return broken(PolicyRule::kSlots, "there is no slot " + std::to_string(slot.value()));
  if (is_lost(context_of(slot))) return broken(PolicyRule::kFaults, "a launch in a lost context");
  if (running_[slot.at()].empty()) return std::nullopt;
  return broken(PolicyRule::kSlots, "slot " + std::to_string(slot.value()) + " runs twice at once");
}

PolicyRules::Broken PolicyRules::check_batch(const LaunchStage& launch) const {
  const auto wrong = [](std::string what) { return broken(PolicyRule::kBatches, std::move(what)); };
  const bool batches = !setup_.batch_groups.empty();
  if (launch.jobs.empty() || (launch.jobs.size() > 1 && !batches))
    return wrong("a wrong number of jobs in a launch");
  std::uint64_t inputs = 0;
  for (const JobId id : launch.jobs) {
    if (!is_task(id)) return broken(PolicyRule::kAdmission, "there is no task of " + name_of(id));
    if (setup_.tasks[id.task.at()].batch_group != setup_.tasks[launch.jobs[0].task.at()].batch_group)
      return wrong("a batch over two groups");
    inputs += setup_.tasks[id.task.at()].inputs;
  }
  if (inputs > launch.batch) return wrong("a batch too small for its jobs");
  const TaskSetup& task = setup_.tasks[launch.jobs[0].task.at()];
  const std::string size = std::to_string(launch.batch) + " inputs";
  if (launch.batch == task.inputs) return std::nullopt;
  if (!batches) return wrong("a batch of " + size + ", but no batches are formed");
  const BatchGroupSetup& group = setup_.batch_groups[task.batch_group];
  const auto is_size = [&](const BatchTime& time) { return time.inputs == launch.batch; };
  if (std::none_of(group.times.begin(), group.times.end(), is_size))
    return wrong("a batch of " + size + ", a size that its group does not have");
  if (launch.batch <= limits_[task.batch_group]) return std::nullopt;
  return wrong("a batch of " + size + "; the limit is " + std::to_string(limits_[task.batch_group]));
}

PolicyRules::Broken PolicyRules::check_job(const LaunchStage& launch, JobId id) const {
  const auto found = jobs_.find(id);
  if (found == jobs_.end())
    return broken(PolicyRule::kAdmission, "a launch of a job that is not in the system: " + name_of(id));
  const Job& job = found->second;
  const ContextId context = context_of(launch.slot);
  if (job.running) return broken(PolicyRule::kStages, "a job runs twice at once: " + name_of(id));
  if (job.must_go) return broken(PolicyRule::kFaults, "a job went on after a failure: " + name_of(id));
  if (launch.stage.value() < job.stage)
    return broken(PolicyRule::kStages, "a stage for the second time: " + name_of(id));
  if (launch.stage.value() > job.stage)
    return broken(PolicyRule::kStages, "a stage before its predecessor: " + name_of(id));
  if (job.stage > 0 && job.context != context)
    return broken(PolicyRule::kStages, "a job left its context between two stages: " + name_of(id));
  if (setup_.context_levels.empty()) return std::nullopt;
  const std::vector<std::uint32_t>& levels = setup_.context_levels[context.at()];
  if (std::binary_search(levels.begin(), levels.end(), setup_.tasks[id.task.at()].level)) return std::nullopt;
  return broken(PolicyRule::kLevels, "a level in a context that it may not use: " + name_of(id));
}

}  // namespace daris
