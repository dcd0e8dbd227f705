// The queues between streams and the GPU. A process has a fixed number of them. If it has more streams,
// streams share queues. What stands in one queue runs one after the other, in the order of its launches,
// however empty the GPU is.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace daris {

// Tells who has each queue and who waits for it. One owner, one thread. Allocates only in the constructor.
class HardwareQueues {
 public:
  static constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

  // `queue_of_slot` is by slot, and empty if every slot has a queue of its own. REQUIRES: queues are numbered
  // from 0.
  explicit HardwareQueues(std::vector<std::uint32_t> queue_of_slot);

  // Returns true if the slot has its queue and may execute. Otherwise it waits, and a later leave() names it.
  // REQUIRES: the slot neither has its queue nor waits.
  [[nodiscard]] bool enter(std::uint32_t slot);
  // The slot has executed, or stops waiting. Returns the slot that had waited and has the queue from now on,
  // or kNobody. REQUIRES: `slot` has its queue or waits for it.
  [[nodiscard]] std::uint32_t leave(std::uint32_t slot);

 private:
  std::vector<std::uint32_t> queue_of_slot_;
  std::vector<std::vector<std::uint32_t>> lines_;  // by queue: who has it, then who waits, in order
};

}  // namespace daris
