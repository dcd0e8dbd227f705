// Where the tensors of the jobs in the system lie between their stages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/ids.h"

namespace daris {

class StageChain;

// A job that has started.
struct JobPlace {
  JobId job;
  StageIndex after;        // its last stage
  std::uint32_t slot = 0;  // that ran it
  const StageChain* chain =
      nullptr;                 // in whose memory what it left still is; null once it is in the frame alone
  std::size_t row = 0;         // of the job's first input there
  std::byte* frame = nullptr;  // none before it first had to be kept in one
};

// Threads: one. Allocates nothing once as many jobs of a task have been in the system as there will be.
class JobPlaces {
 public:
  explicit JobPlaces(std::size_t tasks) : of_task_(tasks) {}

  // Null where the job has none. Pointers live until the next put() or erase() of the same task.
  [[nodiscard]] JobPlace* find(JobId job);
  // The job's place; a new one where it has none.
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
