// The tensors that jobs hand from one stage to the next, on the CPU.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "policy/ids.h"
#include "workloads/models/staged_model.h"

namespace daris {

// The frame of one job. A running stage shares it, so that a job may be forgotten while a stage of it hangs.
struct JobFrame {
  JobId job;
  Tensors state;  // what the last stage gave
};

// The frames of the jobs that are in the system. Threads: one. Frames are used again, so nothing is allocated
// once as many jobs of a task have been in the system as there will be.
class JobFrames {
 public:
  explicit JobFrames(std::size_t tasks) : of_task_(tasks) {}

  // The job's frame; an empty one if it has none yet.
  [[nodiscard]] const std::shared_ptr<JobFrame>& of(JobId job);
  // Forgets the job, if it is known.
  void release(JobId job);
  void release_all();

 private:
  void recycle(std::shared_ptr<JobFrame> frame);

  std::vector<std::vector<std::shared_ptr<JobFrame>>> of_task_;
  std::vector<std::shared_ptr<JobFrame>> unused_;
};

}  // namespace daris
