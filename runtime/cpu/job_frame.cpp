#include "runtime/cpu/job_frame.h"

#include <algorithm>
#include <utility>

namespace daris {

const std::shared_ptr<JobFrame>& JobFrames::of(JobId job) {
  std::vector<std::shared_ptr<JobFrame>>& frames = of_task_[job.task.at()];
  for (const std::shared_ptr<JobFrame>& frame : frames) {
    if (frame->job == job) return frame;
  }
  if (unused_.empty()) unused_.push_back(std::make_shared<JobFrame>());
  frames.push_back(std::move(unused_.back()));
  unused_.pop_back();
  frames.back()->job = job;
  return frames.back();
}

void JobFrames::release(JobId job) {
  std::vector<std::shared_ptr<JobFrame>>& frames = of_task_[job.task.at()];
  const auto found =
      std::find_if(frames.begin(), frames.end(), [job](const auto& frame) { return frame->job == job; });
  if (found == frames.end()) return;
  std::swap(*found, frames.back());
  recycle(std::move(frames.back()));
  frames.pop_back();
}

void JobFrames::release_all() {
  for (std::vector<std::shared_ptr<JobFrame>>& frames : of_task_) {
    for (std::shared_ptr<JobFrame>& frame : frames) recycle(std::move(frame));
    frames.clear();
  }
}

// A frame that a stage still holds belongs to that stage alone from now on.
void JobFrames::recycle(std::shared_ptr<JobFrame> frame) {
  if (frame.use_count() > 1) return;
  frame->state.clear();
  unused_.push_back(std::move(frame));
}

}  // namespace daris
