// The places of jobs' tensors between their stages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/ids.h"

namespace daris {

class StageChain;

// The place of a job that has started.
struct JobPlace {
  JobId job;
  StageIndex after;        // its last stage
  std::uint32_t slot = 0;  // in which that stage ran
  // This chain's memory still has what the stage left; null once only the frame has it.
  const StageChain* chain = nullptr;
  std::size_t row = 0;         // of the job's first input in the chain's memory
  std::byte* frame = nullptr;  // null until the job's tensors were first kept in one
};

// Threads: one. Allocates nothing once as many jobs of a task have been in the system as there will be.
class JobPlaces {
 public:
  explicit JobPlaces(std::size_t tasks) : of_task_(tasks) {}

  // Returns null if the job has no place. Pointers live until the next put() or erase() of the same task.
  [[nodiscard]] JobPlace* find(JobId job);
  // The job's place; a new one if it has none.
  [[nodiscard]] JobPlace& put(JobId job);
  void erase(JobId job);
  template <typename Predicate>
  void erase_if(const Predicate& predicate) {
    for (std::vector<JobPlace>& places : of_task_) std::erase_if(places, predicate);
  }
  void clear();

 private:
  std::vector<std::vector<JobPlace>> of_task_;
};

}  // namespace daris
