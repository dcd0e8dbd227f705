// Batches from their first launch to their last stage's end. They lie in a pool, so that a batch comes and
// goes without allocation.
#pragma once

#include <cstddef>
#include <vector>

#include "base/time.h"
#include "policy/group_backlog.h"
#include "policy/ids.h"
#include "policy/ready_queue.h"

namespace daris {

struct BegunBatch {
  std::size_t group = 0;
  std::size_t size = 0;      // index into the group's sizes
  std::uint32_t inputs = 0;  // that its jobs bring
  ContextId context;
  StageIndex stage;             // the one that runs or comes next
  Time launched;                // this stage
  Duration ran;                 // over the stages that have ended
  LevelRank level = 0;          // of `leader`
  BacklogJob leader;            // its most urgent job
  std::vector<JobId> jobs;      // by level, then by deadline
  std::vector<Time> deadlines;  // of `jobs`
};

// A reference to a batch lives until the next add(). Allocates only if there are more batches at once than
// ever before, or more jobs in one than were foreseen.
class BegunBatches {
 public:
  // `jobs_foreseen`: in one batch.
  explicit BegunBatches(std::size_t jobs_foreseen) : jobs_foreseen_(jobs_foreseen) {}

  // The batch is as it was left by the one that had the place before, but has no jobs.
  [[nodiscard]] JobIndex add() {
    if (free_.empty()) {
      BegunBatch& batch = batches_.emplace_back();
      batch.jobs.reserve(jobs_foreseen_);
      batch.deadlines.reserve(jobs_foreseen_);
      return JobIndex(static_cast<std::uint32_t>(batches_.size() - 1));
    }
    const JobIndex index = free_.back();
    free_.pop_back();
    batches_[index.at()].jobs.clear();
    batches_[index.at()].deadlines.clear();
    return index;
  }
  void remove(JobIndex batch) { free_.push_back(batch); }

  [[nodiscard]] BegunBatch& operator[](JobIndex batch) { return batches_[batch.at()]; }
  [[nodiscard]] const BegunBatch& operator[](JobIndex batch) const { return batches_[batch.at()]; }

 private:
  std::size_t jobs_foreseen_;
  std::vector<BegunBatch> batches_;
  std::vector<JobIndex> free_;
};

}  // namespace daris
