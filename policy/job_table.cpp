#include "policy/job_table.h"

#include <algorithm>

#include "base/wide_integer.h"

namespace daris {

JobTable::JobTable(const PolicySetup& setup) {
  for (const TaskSetup& task : setup.tasks) {
    relative_deadlines_.push_back(task.relative_deadline);
    stages_max_ = std::max(stages_max_, task.stage_estimates.size());
  }
}

JobIndex JobTable::add(JobId id, Time release, const Estimates& estimates) {
  const JobIndex index = take_free();
  const std::span<const Duration> stages = estimates.of(id.task);
  jobs_[index.at()] = {id, ContextId(), StageIndex(), static_cast<std::uint32_t>(stages.size()), false};
  const std::int64_t deadline_ns = relative_deadlines_[id.task.at()].ns();
  const std::int64_t whole_ns = estimates.sum(id.task).ns();
  Time* const virtual_deadlines = &virtual_deadlines_[index.at() * stages_max_];
  std::int64_t until_ns = 0;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    until_ns += stages[stage].ns();
    virtual_deadlines[stage] = release + Duration::from_ns(multiply_divide(deadline_ns, until_ns, whole_ns));
  }
  return index;
}

JobIndex JobTable::take_free() {
  if (free_.empty()) {
    const JobIndex index(static_cast<std::uint32_t>(jobs_.size()));
    jobs_.emplace_back();
    virtual_deadlines_.resize(virtual_deadlines_.size() + stages_max_);
    return index;
  }
  const JobIndex index = free_.back();
  free_.pop_back();
  return index;
}

}  // namespace daris
