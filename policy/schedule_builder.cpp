#include "policy/schedule_builder.h"

namespace daris {

void ScheduleBuilder::take(Time now, std::span<const Decision> decisions) {
  for (const Decision& decision : decisions) {
    if (const auto* admit = std::get_if<AdmitJob>(&decision)) add({admit->job, admit->context, {}, {}});
    if (const auto* reject = std::get_if<RejectJob>(&decision))
      add({reject->job, ContextId(), reject->reason, {}});
    if (const auto* drop = std::get_if<DropJob>(&decision)) take(now, *drop);
    if (const auto* launch = std::get_if<LaunchStage>(&decision)) take(now, *launch);
  }
}

Schedule ScheduleBuilder::build() && {
  schedule_.jobs.reserve(jobs_.size());
  for (const auto& [unused, job] : jobs_) schedule_.jobs.push_back(job);
  return std::move(schedule_);
}

void ScheduleBuilder::add(const ScheduledJob& job) { jobs_.try_emplace({job.id.task, job.id.ordinal}, job); }

void ScheduleBuilder::take(Time now, const DropJob& drop) {
  const auto found = jobs_.find({drop.job.task, drop.job.ordinal});
  if (found != jobs_.end()) found->second.drop = ScheduledDrop{drop.reason, now};
}

void ScheduleBuilder::take(Time now, const LaunchStage& launch) {
  schedule_.launches.push_back({launch.slot, launch.stage, launch.batch,
                                static_cast<std::uint32_t>(schedule_.launched_jobs.size()),
                                static_cast<std::uint32_t>(launch.jobs.size()), now});
  schedule_.launched_jobs.insert(schedule_.launched_jobs.end(), launch.jobs.begin(), launch.jobs.end());
}

}  // namespace daris
