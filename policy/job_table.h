// The jobs in the system. They lie in a pool with a free list, so that a job comes and goes without
// allocation.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/estimates.h"
#include "policy/ids.h"
#include "policy/ready_queue.h"
#include "policy/setup.h"

namespace daris {

struct Job {
  JobId id;
  ContextId context;  // where its stages run
  StageIndex stage;   // the one that runs or is ready
  std::uint32_t stages = 1;
  bool started = false;  // one of its stages was launched
};

// A reference to a job lives until the next add(). Allocates only if there are more jobs at once than ever
// before.
class JobTable {
 public:
  explicit JobTable(const PolicySetup& setup);

  // Adds a job released at `release`, with the virtual deadlines that the current estimates give it: r +
  // floor(D * S_j / S_n) for each stage.
  [[nodiscard]] JobIndex add(JobId id, Time release, const Estimates& estimates);
  void remove(JobIndex job) { free_.push_back(job); }

  [[nodiscard]] Job& operator[](JobIndex job) { return jobs_[job.at()]; }
  [[nodiscard]] const Job& operator[](JobIndex job) const { return jobs_[job.at()]; }
  // That of its last stage.
  [[nodiscard]] Time deadline(JobIndex job) const {
    return virtual_deadlines_[job.at() * stages_max_ + jobs_[job.at()].stages - 1];
  }
  [[nodiscard]] Duration relative_deadline(TaskId task) const { return relative_deadlines_[task.at()]; }
  [[nodiscard]] Time virtual_deadline(JobIndex job) const {
    return virtual_deadlines_[job.at() * stages_max_ + jobs_[job.at()].stage.at()];
  }

 private:
  [[nodiscard]] JobIndex take_free();

  std::vector<Duration> relative_deadlines_;  // by task
  std::size_t stages_max_ = 1;
  std::vector<Job> jobs_;
  std::vector<Time> virtual_deadlines_;  // `stages_max_` a job
  std::vector<JobIndex> free_;
};

}  // namespace daris
