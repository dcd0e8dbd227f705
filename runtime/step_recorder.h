// Carries the steps of a live run from the scheduler's thread to observers in a thread of their own. So
// metrics and logs are the same as in the simulator, and don't disturb the run.
//
// The scheduler copies a step into a chunk of memory that was set aside. A full chunk goes to the other
// thread, which tells the observers and gives the chunk back. Neither thread waits for the other, nor wakes
// it by a system call. If no chunk is free, a new one is made (grown() counts them). The chunk that came back
// last is filled next, so that few of them pass through the caches while the observers keep up. The others
// are for a disk that stands still for a second.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/time.h"
#include "drive/observer.h"
#include "runtime/step_chunk.h"

namespace daris {

class StepRecorder {
 public:
  // Enough for about a second of the busiest runs: 16 MB.
  static constexpr std::size_t kChunks = 128;

  // `observers` must outlive the recorder. From here to finish() only the recorder's thread calls them, in
  // order. That thread keeps off `scheduler_core`, on which record() is called.
  explicit StepRecorder(std::span<Observer* const> observers, std::size_t chunks = kChunks,
                        std::optional<std::uint32_t> scheduler_core = std::nullopt);
  ~StepRecorder();
  StepRecorder(const StepRecorder&) = delete;
  StepRecorder& operator=(const StepRecorder&) = delete;

  // Copies the step. Called by the scheduler's thread. Allocates only if the observers fall behind by all
  // chunks, or if a step is very large.
  void record(const Step& step);

  // Tells the observers all that is left, then the end, and stops the thread. Called once, by the scheduler's
  // thread.
  void finish(Time end);

  // Chunks made since the start because none was free.
  [[nodiscard]] std::size_t grown() const { return chunks_.size() - set_aside_; }

 private:
  void take_chunk();
  void observe();
  bool tell_filled();

  std::vector<Observer*> observers_;
  std::optional<std::uint32_t> scheduler_core_;
  std::size_t set_aside_;
  std::vector<std::unique_ptr<StepChunk>> chunks_;  // all of them; the scheduler's thread adds to them
  StepChunk* filling_ = nullptr;
  StepChunk* spare_ = nullptr;  // free chunks that the scheduler's thread has taken over
  ChunkStack filled_;
  ChunkStack free_;
  alignas(kCacheLineBytes) std::atomic<bool> finishing_{false};
  Time end_;  // set before finishing_
  std::thread thread_;
};

}  // namespace daris
