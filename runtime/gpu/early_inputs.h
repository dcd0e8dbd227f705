// Copies the inputs of jobs that wait to the GPU before they are launched, so that the copies overlap with
// what runs.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "policy/ids.h"
#include "runtime/model_set.h"

namespace daris {

// Each input has a row of device memory outside every graph. A copy engine fills it, in a stream of its own.
// No launch waits for a row: an input that is not there yet is read from the host, as if nothing had been
// copied. So this changes when something is copied, never what a job gets.
//
// Threads: one. Nothing blocks, or allocates once as many jobs have waited as there will.
class EarlyInputs {
 public:
  // Sets rows aside for inputs of each size, as many as a fixed part of the memory holds, or none if there is
  // no room. Throws GpuError. REQUIRES: the models are on the present device.
  EarlyInputs(std::shared_ptr<const ModelSet> models, std::size_t tasks);
  ~EarlyInputs();
  EarlyInputs(const EarlyInputs&) = delete;
  EarlyInputs& operator=(const EarlyInputs&) = delete;

  // Says that the job waits. A later tend() begins its copy, once a row is free.
  void wait(JobId job);
  // Begins the copy of the next waiting job, if there is one, and sees which copies have ended.
  void tend();
  // Returns where the job's input is on the GPU; null if it was not there at the last tend().
  [[nodiscard]] const std::byte* find(JobId job) const;
  // Says that nobody will read the job's row any more, if it has one.
  void forget(JobId job);
  // Forgets all jobs. REQUIRES: nothing runs.
  void clear();

 private:
  struct Row {
    std::byte* data = nullptr;
    cudaEvent_t copied = nullptr;
  };
  struct Waiting {
    JobId job;
    const Row* row = nullptr;  // null until its copy has begun
    std::uint64_t copy = 0;    // its number, from 1
  };
  // Numbers that are put in at one end and taken out at the other.
  template <typename T>
  struct Queue {
    std::vector<T> all;
    std::size_t first = 0;

    [[nodiscard]] bool empty() const { return first == all.size(); }
    [[nodiscard]] const T& front() const { return all[first]; }
    void push(const T& one) { all.push_back(one); }
    void pop();
    void clear();
  };
  // Rows of one size.
  struct Pool {
    std::size_t bytes = 0;
    std::byte* memory = nullptr;
    std::vector<Row> rows;
    std::vector<const Row*> free;
    Queue<JobId> waiting;
  };
  struct Copy {
    std::uint64_t number = 0;
    cudaEvent_t ended = nullptr;
  };

  [[nodiscard]] std::size_t pool_for(std::size_t bytes);
  void set_rows_aside(Pool& pool);
  [[nodiscard]] Waiting* find_waiting(JobId job);
  [[nodiscard]] bool begin_copy(Pool& pool);
  void copy_to_row(Waiting& waiting, Pool& pool);

  std::shared_ptr<const ModelSet> models_;
  cudaStream_t stream_ = nullptr;
  std::vector<Pool> pools_;
  std::vector<std::size_t> pool_of_task_;
  std::vector<std::vector<Waiting>> of_task_;
  Queue<Copy> under_way_;
  std::uint64_t begun_ = 0;  // copies
  std::uint64_t ended_ = 0;  // all up to this number have, since they go in order
};

}  // namespace daris
