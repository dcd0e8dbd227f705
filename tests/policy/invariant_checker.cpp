#include "tests/policy/invariant_checker.h"

#include <algorithm>
#include <tuple>

#include "policy/level_contexts.h"
#include "tests/policy/decision_text.h"

namespace daris::testing {

InvariantChecker::InvariantChecker(const PolicyInfo& info, const PolicySetup& setup)
    : info_(info),
      setup_(setup),
      context_levels_(settled_context_levels(setup)),
      has_homes_(info.name == "daris" || info.name == "static"),
      default_switches_(has_homes_ && setup.switches == PolicySwitches()),
      running_(std::size_t{setup.contexts} * setup.streams),
      lost_(setup.contexts, false) {}

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
  require(undecided_.empty(), "a release was neither admitted nor rejected");
  check_work_conservation(policy);
}

void InvariantChecker::check_end() {
  require(jobs_.empty(), std::to_string(jobs_.size()) + " admitted jobs never ended");
  require(counts_.released == counts_.admitted + counts_.rejected, "released is not admitted + rejected");
  require(counts_.admitted == counts_.completed + counts_.dropped + jobs_.size(),
          "admitted is not completed + dropped + unfinished");
}

void InvariantChecker::take_events(Time now, std::span<const Event> events) {
  for (const Event& event : events) {
    if (const auto* lost = std::get_if<ContextLost>(&event)) {
      lost_[lost->context.at()] = true;
      for (auto& [id, job] : jobs_) job.moved = job.moved || job.context == lost->context;
    }
    if (const auto* failed = std::get_if<LaunchFailed>(&event);
        failed != nullptr && !lost_[context_of(failed->slot)])
      running_[failed->slot.at()].clear();
    if (const auto* finished = std::get_if<StageFinished>(&event)) take(now, *finished);
    if (const auto* released = std::get_if<JobReleased>(&event)) {
      undecided_[released->job] = released->nominal_release;
      ++counts_.released;
    }
    if (std::holds_alternative<TimerFired>(event)) timer_ = Time::never();
  }
}

void InvariantChecker::take(Time now, const StageFinished& finished) {
  if (lost_[context_of(finished.slot)]) return;
  for (const JobId id : running_[finished.slot.at()]) {
    Job& job = jobs_.at(id);
    job.running = false;
    if (!job.virtual_deadlines.empty()) job.late = now > job.virtual_deadlines[job.stage];
    ++job.stage;
    if (job.stage < setup_.tasks[id.task.at()].stage_estimates.size()) continue;
    jobs_.erase(id);
    ended_.insert(id);
    ++counts_.completed;
  }
  running_[finished.slot.at()].clear();
}

void InvariantChecker::take_decision(const Decision& decision, const Policy& policy) {
  if (const auto* launch = std::get_if<LaunchStage>(&decision)) return take(*launch);
  if (const auto* timer = std::get_if<SetTimer>(&decision)) {
    timer_ = timer->at;
    return require(timer_ > now_, "a timer is set for the past");
  }
  require(!launched_, "a decision about jobs after a launch");
  if (const auto* admit = std::get_if<AdmitJob>(&decision)) take(*admit, policy);
  if (const auto* reject = std::get_if<RejectJob>(&decision)) take(*reject);
  if (const auto* drop = std::get_if<DropJob>(&decision)) take(*drop);
  if (const auto* migrate = std::get_if<MigrateTask>(&decision))
    require(has_homes_ && migrate->from != migrate->to && !lost_[migrate->to.at()], "a migration to nowhere");
}

void InvariantChecker::take(const AdmitJob& admit, const Policy& policy) {
  const auto released = undecided_.find(admit.job);
  require(released != undecided_.end(), "a job was admitted that was not released just now");
  if (released == undecided_.end()) return;
  require(!lost_[admit.context.at()] || !has_homes_, "a job was admitted to a lost context");
  Job job;
  job.nominal_release = released->second;
  job.context = admit.context;
  if (has_homes_) {
    // No estimate changes after the releases of a step, so these are the estimates at release.
    const std::span<const Duration> estimates = policy.estimates(admit.job.task);
    std::int64_t whole = 0;
    for (const Duration estimate : estimates) whole += estimate.ns();
    std::int64_t until = 0;
    for (const Duration estimate : estimates) {
      until += estimate.ns();
      // Numbers in tests are small, so this is exact in 64 bits.
      job.virtual_deadlines.push_back(
          job.nominal_release +
          Duration::from_ns(setup_.tasks[admit.job.task.at()].relative_deadline.ns() * until / whole));
    }
  }
  jobs_[admit.job] = job;
  undecided_.erase(released);
  ++counts_.admitted;
}

void InvariantChecker::take(const RejectJob& reject) {
  require(undecided_.erase(reject.job) == 1, "a job was rejected that was not released just now");
  require(!default_switches_ || setup_.tasks[reject.job.task.at()].level != 0 ||
              reject.reason == RejectReason::kNoContext,
          "a level-0 job was rejected");
  ended_.insert(reject.job);
  ++counts_.rejected;
}

void InvariantChecker::take(const DropJob& drop) {
  require(jobs_.erase(drop.job) == 1, "a job was dropped that is not in the system");
  require(ended_.insert(drop.job).second, "a job ended twice");
  const bool sheds = obeys("shed") && setup_.switches.shed;
  require(drop.reason != DropReason::kCertainlyLate || info_.batches || info_.scripted || sheds,
          "a job was dropped for being late");
  for (std::vector<JobId>& jobs : running_)
    jobs.erase(std::remove(jobs.begin(), jobs.end(), drop.job), jobs.end());
  ++counts_.dropped;
}

void InvariantChecker::take(const LaunchStage& launch) {
  const std::size_t context = context_of(launch.slot);
  require(!lost_[context], "a launch in a lost context");
  require(running_[launch.slot.at()].empty(),
          "slot " + std::to_string(launch.slot.value()) + " runs twice at once");
  for (std::size_t slot = context * setup_.streams; slot < launch.slot.at(); ++slot)
    require(info_.scripted || !running_[slot].empty(), "a launch not in the lowest free slot");
  require(!has_homes_ || !launched_ || context >= context_of(last_launched_),
          "launches not by ascending context");
  launched_ = true;
  last_launched_ = launch.slot;
  require(!launch.jobs.empty() && (launch.jobs.size() == 1 || info_.batches || info_.scripted),
          "a wrong number of jobs in a launch");
  std::uint32_t inputs = 0;
  for (const JobId id : launch.jobs) {
    inputs += setup_.tasks[id.task.at()].inputs;
    require(setup_.tasks[id.task.at()].batch_group == setup_.tasks[launch.jobs[0].task.at()].batch_group,
            "a batch over two groups");
    check_launched_job(launch, id);
  }
  require(inputs <= launch.batch, "a batch too small for its jobs");
  running_[launch.slot.at()] = {launch.jobs.begin(), launch.jobs.end()};
}

bool InvariantChecker::permits(std::size_t context, TaskId task) const {
  if (context_levels_.empty()) return true;
  const std::vector<std::uint32_t>& levels = context_levels_[context];
  return std::find(levels.begin(), levels.end(), setup_.tasks[task.at()].level) != levels.end();
}

void InvariantChecker::check_launched_job(const LaunchStage& launch, JobId id) {
  const auto found = jobs_.find(id);
  require(found != jobs_.end(), "a launch of a job that is not in the system");
  if (found == jobs_.end()) return;
  Job& job = found->second;
  require(!job.running, "a job runs twice at once");
  require(info_.scripted || permits(context_of(launch.slot), id.task),
          "a level in a context that it may not use");
  require(launch.stage.value() == job.stage, "a stage before its predecessor");
  if (has_homes_) {
    require(job.moved || job.context.at() == context_of(launch.slot), "a job left its context");
    if (default_switches_) check_order(launch, id);
  }
  require(job.stage == 0 || job.context.at() == context_of(launch.slot) || info_.scripted,
          "a job left its context between two stages");
  job.context = ContextId(static_cast<std::uint32_t>(context_of(launch.slot)));
  job.running = true;
  job.moved = false;
}

int InvariantChecker::order_class(JobId id, const Job& job) const {
  const bool last = job.stage + 1 == setup_.tasks[id.task.at()].stage_estimates.size();
  return (last ? 2 : 0) + (job.late ? 1 : 0);
}

void InvariantChecker::check_order(const LaunchStage& launch, JobId id) {
  const Job& job = jobs_.at(id);
  const auto urgency = [](JobId i, const Job& j) { return std::make_tuple(j.virtual_deadlines[j.stage], i); };
  for (const auto& [other_id, other] : jobs_) {
    if (other.running || other.moved || other.context.at() != context_of(launch.slot) || other_id == id)
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
  if (lost_[context]) return false;
  const auto first = running_.begin() + static_cast<std::ptrdiff_t>(context * setup_.streams);
  return std::any_of(first, first + setup_.streams,
                     [](const std::vector<JobId>& jobs) { return jobs.empty(); });
}

bool InvariantChecker::obeys(std::string_view key) const {
  return std::find(info_.switches.begin(), info_.switches.end(), key) != info_.switches.end();
}

bool InvariantChecker::lacks_instance(JobId id) const {
  if (!obeys("instances") || setup_.switches.instances == kInstancesAll) return false;
  std::uint32_t running = 0;
  for (std::size_t slot = 0; slot < running_.size(); ++slot) {
    if (running_[slot].empty() || lost_[context_of(SlotId(static_cast<std::uint32_t>(slot)))]) continue;
    const std::uint32_t group = setup_.tasks[running_[slot].front().task.at()].batch_group;
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
  for (const auto& [id, job] : jobs_) {
    if (job.running || job.moved || lacks_instance(id)) continue;
    bool could_run = false;
    const bool bound = has_homes_ || job.stage > 0;
    const bool has_secret_home = !bound && obeys("binding") && setup_.switches.binding == Binding::kHome;
    for (std::size_t c = 0; c < setup_.contexts; ++c)
      could_run = could_run || (has_free_slot(c) && permits(c, id.task) && (!bound || job.context.at() == c));
    // Nobody is told the job's home. It is one of the contexts that are left.
    for (std::size_t c = 0; c < setup_.contexts && has_secret_home; ++c)
      could_run = could_run && (has_free_slot(c) || lost_[c] || !permits(c, id.task));
    require(!could_run || timer_ != Time::never(), "a slot is free beside a job that could run in it");
    if (could_run && info_.batches && info_.whole_models && !info_.single_slot)
      require(timer_ <= last_start(id, job, policy), "a job is held past its last start beside a free slot");
  }
}

}  // namespace daris::testing
