// The queues between streams and the GPU. A process has a fixed number of them; where it has more streams
// than that, streams share queues, and what stands in one queue runs one after the other, in the order of its
// launches, however empty the GPU is.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace daris {

// Who has each queue and who waits for it. One owner, one thread. Allocates only in the constructor.
class HardwareQueues {
 public:
  static constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

  // `queue_of_slot`: by slot; empty where every slot has a queue of its own. REQUIRES: queues numbered from
  // 0.
  explicit HardwareQueues(std::vector<std::uint32_t> queue_of_slot);

  // True: the slot has its queue and may execute. False: it waits; a later leave() names it.
  // REQUIRES: the slot neither has its queue nor waits.
  [[nodiscard]] bool enter(std::uint32_t slot);
  // The slot has executed, or waits no longer. Returns the slot that has the queue from now on and had waited
  // for it, or kNobody. REQUIRES: it has its queue or waits for it.
  [[nodiscard]] std::uint32_t leave(std::uint32_t slot);

 private:
  std::vector<std::uint32_t> queue_of_slot_;
  std::vector<std::vector<std::uint32_t>> lines_;  // by queue: who has it, then who waits, in order
};

}  // namespace daris
