#include "tests/policy/invariant_checker.h"

#include <algorithm>
#include <tuple>

#include "policy/level_contexts.h"
#include "tests/policy/decision_text.h"

namespace daris::testing {
namespace {

PolicySetup with_levels(const PolicySetup& setup) {
  PolicySetup settled = setup;
  settled.context_levels = settled_context_levels(setup);
  return settled;
}

}  // namespace

InvariantChecker::InvariantChecker(const PolicyInfo& info, const PolicySetup& setup)
    : info_(info),
      setup_(with_levels(setup)),
      has_homes_(info.name == "daris" || info.name == "static"),
      default_switches_(has_homes_ && setup.switches == PolicySwitches()),
      rules_(setup_) {}

void InvariantChecker::require(bool holds, const std::string& what) {
  if (!holds) problems_.push_back("at " + std::to_string(now_.ns()) + " ns: " + what);
}

void InvariantChecker::check_step(Time now, std::span<const Event> events,
                                  std::span<const Decision> decisions, const Policy& policy) {
  now_ = now;
  launched_ = false;
  ++counts_.steps;
  take_events(now, events);
  for (const Decision& decision : decisions) take_decision(decision, policy);
  if (const auto broken = rules_.end_step()) require(false, broken->what);
  check_work_conservation(policy);
}

void InvariantChecker::check_end() {
  if (const auto broken = rules_.end_run()) require(false, broken->what);
  require(counts_.released == counts_.admitted + counts_.rejected, "released is not admitted + rejected");
  require(counts_.admitted == counts_.completed + counts_.dropped + rules_.jobs().size(),
          "admitted is not completed + dropped + unfinished");
}

void InvariantChecker::take_events(Time now, std::span<const Event> events) {
  for (const Event& event : events) {
    if (const auto* lost = std::get_if<ContextLost>(&event)) {
      for (const auto& [id, job] : rules_.jobs())
        beyond_[id].moved = beyond_[id].moved || job.context == lost->context;
    }
    if (const auto* finished = std::get_if<StageFinished>(&event)) take(now, *finished);
    if (std::holds_alternative<JobReleased>(event)) ++counts_.released;
    if (std::holds_alternative<TimerFired>(event)) timer_ = Time::never();
  }
  rules_.begin_step(events);
  counts_.completed += rules_.completed();
}

void InvariantChecker::take(Time now, const StageFinished& finished) {
  if (rules_.is_lost(rules_.context_of(finished.slot))) return;
  for (const JobId id : rules_.running(finished.slot)) {
    Beyond& beyond = beyond_[id];
    if (!beyond.virtual_deadlines.empty())
      beyond.late = now > beyond.virtual_deadlines[rules_.jobs().at(id).stage];
  }
}

void InvariantChecker::take_decision(const Decision& decision, const Policy& policy) {
  if (const auto* launch = std::get_if<LaunchStage>(&decision)) return take(*launch);
  if (const auto* timer = std::get_if<SetTimer>(&decision)) timer_ = timer->at;
  require(!launched_ || std::holds_alternative<SetTimer>(decision), "a decision about jobs after a launch");
  if (const auto broken = rules_.take(now_, decision)) return require(false, broken->what);
  if (const auto* admit = std::get_if<AdmitJob>(&decision)) take(*admit, policy);
  if (const auto* reject = std::get_if<RejectJob>(&decision)) take(*reject);
  if (const auto* drop = std::get_if<DropJob>(&decision)) take(*drop);
  require(has_homes_ || !std::holds_alternative<MigrateTask>(decision), "a migration to nowhere");
}

void InvariantChecker::take(const AdmitJob& admit, const Policy& policy) {
  require(!rules_.is_lost(admit.context) || !has_homes_, "a job was admitted to a lost context");
  ++counts_.admitted;
  if (!has_homes_) return;
  // No estimate changes after the releases of a step, so these are the estimates at release.
  const std::span<const Duration> estimates = policy.estimates(admit.job.task);
  const Job& job = rules_.jobs().at(admit.job);
  std::int64_t whole = 0;
  for (const Duration estimate : estimates) whole += estimate.ns();
  std::int64_t until = 0;
  for (const Duration estimate : estimates) {
    until += estimate.ns();
    // Numbers in tests are small, so this is exact in 64 bits.
    beyond_[admit.job].virtual_deadlines.push_back(
        job.nominal_release +
        Duration::from_ns(setup_.tasks[admit.job.task.at()].relative_deadline.ns() * until / whole));
  }
}

void InvariantChecker::take(const RejectJob& reject) {
  require(!default_switches_ || setup_.tasks[reject.job.task.at()].level != 0 ||
              reject.reason == RejectReason::kNoContext,
          "a level-0 job was rejected");
  ++counts_.rejected;
}

void InvariantChecker::take(const DropJob& drop) {
  const bool sheds = obeys("shed") && setup_.switches.shed;
  require(drop.reason != DropReason::kCertainlyLate || info_.batches || info_.scripted || sheds,
          "a job was dropped for being late");
  ++counts_.dropped;
}

void InvariantChecker::take(const LaunchStage& launch) {
  std::vector<std::pair<JobId, Job>> before;
  for (const JobId id : launch.jobs) {
    const auto found = rules_.jobs().find(id);
    if (found != rules_.jobs().end()) before.emplace_back(id, found->second);
  }
  if (const auto broken = rules_.take(now_, launch)) return require(false, broken->what);
  const ContextId context = rules_.context_of(launch.slot);
  for (std::size_t slot = context.at() * setup_.streams; slot < launch.slot.at(); ++slot)
    require(info_.scripted || !is_free(slot), "a launch not in the lowest free slot");
  require(!has_homes_ || !launched_ || context >= rules_.context_of(last_launched_),
          "launches not by ascending context");
  launched_ = true;
  last_launched_ = launch.slot;
  for (const auto& [id, job] : before) check_launched_job(launch, id, job);
}

bool InvariantChecker::is_free(std::size_t slot) const {
  return rules_.running(SlotId(static_cast<std::uint32_t>(slot))).empty();
}

bool InvariantChecker::permits(std::size_t context, TaskId task) const {
  if (setup_.context_levels.empty()) return true;
  const std::vector<std::uint32_t>& levels = setup_.context_levels[context];
  return std::find(levels.begin(), levels.end(), setup_.tasks[task.at()].level) != levels.end();
}

void InvariantChecker::check_launched_job(const LaunchStage& launch, JobId id, const Job& job) {
  Beyond& beyond = beyond_[id];
  if (has_homes_) {
    require(beyond.moved || job.context == rules_.context_of(launch.slot), "a job left its context");
    if (default_switches_) check_order(launch, id, job);
  }
  beyond.moved = false;
}

int InvariantChecker::order_class(JobId id, const Job& job) const {
  const bool last = job.stage + 1 == setup_.tasks[id.task.at()].stage_estimates.size();
  return (last ? 2 : 0) + (beyond_.at(id).late ? 1 : 0);
}

void InvariantChecker::check_order(const LaunchStage& launch, JobId id, const Job& job) {
  const auto urgency = [&](JobId i, const Job& j) {
    return std::make_tuple(beyond_.at(i).virtual_deadlines[j.stage], i);
  };
  for (const auto& [other_id, other] : rules_.jobs()) {
    if (other.running || beyond_.at(other_id).moved || other.context != rules_.context_of(launch.slot) ||
        other_id == id)
      continue;
    const std::uint32_t level = setup_.tasks[id.task.at()].level;
    const std::uint32_t other_level = setup_.tasks[other_id.task.at()].level;
    require(level <= other_level, "a lower level went first");
    if (level != other_level || order_class(id, job) != order_class(other_id, other)) continue;
    require(urgency(id, job) <= urgency(other_id, other),
            "not the earliest virtual deadline of its class went first");
  }
}

bool InvariantChecker::has_free_slot(std::size_t context) const {
  if (rules_.is_lost(ContextId(static_cast<std::uint32_t>(context)))) return false;
  for (std::size_t slot = context * setup_.streams; slot < (context + 1) * setup_.streams; ++slot)
    if (is_free(slot)) return true;
  return false;
}

bool InvariantChecker::obeys(std::string_view key) const {
  return std::find(info_.switches.begin(), info_.switches.end(), key) != info_.switches.end();
}

bool InvariantChecker::lacks_instance(JobId id) const {
  if (!obeys("instances") || setup_.switches.instances == kInstancesAll) return false;
  std::uint32_t running = 0;
  for (std::uint32_t slot = 0; slot < setup_.contexts * setup_.streams; ++slot) {
    if (is_free(slot) || rules_.is_lost(rules_.context_of(SlotId(slot)))) continue;
    const std::uint32_t group = setup_.tasks[rules_.running(SlotId(slot)).front().task.at()].batch_group;
    running += group == setup_.tasks[id.task.at()].batch_group ? 1 : 0;
  }
  return running >= setup_.switches.instances;
}

Time InvariantChecker::last_start(JobId id, const Job& job, const Policy& policy) const {
  const TaskSetup& task = setup_.tasks[id.task.at()];
  const std::vector<BatchTime>& times = setup_.batch_groups[task.batch_group].times;
  Duration shortest = Duration::from_ns(std::int64_t{1} << 40);
  for (std::size_t size = 0; size < times.size(); ++size) {
    if (times[size].inputs < task.inputs) continue;
    const auto learned = policy.batch_estimate(task.batch_group, size, StageIndex(0));
    shortest = std::min(shortest, learned.value_or(times[size].execution));
  }
  return job.nominal_release + task.relative_deadline - shortest;
}

void InvariantChecker::check_work_conservation(const Policy& policy) {
  if (info_.scripted) return;
  for (const auto& [id, job] : rules_.jobs()) {
    if (job.running || beyond_[id].moved || lacks_instance(id)) continue;
    bool could_run = false;
    const bool bound = has_homes_ || job.stage > 0;
    const bool has_secret_home = !bound && obeys("binding") && setup_.switches.binding == Binding::kHome;
    for (std::uint32_t c = 0; c < setup_.contexts; ++c)
      could_run = could_run || (has_free_slot(c) && permits(c, id.task) && (!bound || job.context.at() == c));
    // Nobody is told the job's home. It is one of the contexts that are left.
    for (std::uint32_t c = 0; c < setup_.contexts && has_secret_home; ++c)
      could_run = could_run && (has_free_slot(c) || rules_.is_lost(ContextId(c)) || !permits(c, id.task));
    require(!could_run || timer_ != Time::never(), "a slot is free beside a job that could run in it");
    if (could_run && info_.batches && info_.whole_models && !info_.single_slot)
      require(timer_ <= last_start(id, job, policy), "a job is held past its last start beside a free slot");
  }
}

}  // namespace daris::testing
