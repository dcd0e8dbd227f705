// Memory for steps of a run, and its way from one thread to another. Internal to runtime/step_recorder.h.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "drive/observer.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/ids.h"

namespace daris {

// Threads that write to the same cache line slow each other down.
inline constexpr std::size_t kCacheLineBytes = 64;

// Copies of steps that follow each other. One thread at a time.
class StepChunk {
 public:
  // Allocates what it needs, and writes to all of it.
  StepChunk();

  void clear();
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // True if the next step of usual size might not fit without allocating. A step of any size can be added all
  // the same.
  [[nodiscard]] bool full() const;
  void add(const Step& step);
  // Tells all observers of every step.
  void replay(std::span<Observer* const> observers);

  StepChunk* next = nullptr;  // in a ChunkStack, or in a list of the present owner

 private:
  struct Row {
    Time now;
    std::uint32_t events = 0;
    std::uint32_t decisions = 0;
    std::uint32_t stages = 0;
    std::uint32_t gaps = 0;
  };

  std::vector<Row> rows_;
  std::vector<Event> events_;
  std::vector<Decision> decisions_;  // the jobs of a LaunchStage are the next of jobs_
  std::vector<StageMeasurement> stages_;
  std::vector<HostGap> gaps_;
  std::vector<JobId> jobs_;
};

// Chunks that one thread has put down for another to take. Lock-free: takers take all, so a chunk can't come
// back unseen.
class ChunkStack {
 public:
  void put(StepChunk* chunk);
  // Returns all chunks linked by `next`, the last one put first; null if there is none. Writes to memory that
  // the threads share only if there is a chunk.
  [[nodiscard]] StepChunk* take_all() {
    if (top_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    return top_.exchange(nullptr, std::memory_order_acquire);
  }

 private:
  alignas(kCacheLineBytes) std::atomic<StepChunk*> top_{nullptr};
};

}  // namespace daris
