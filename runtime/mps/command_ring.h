// A queue from one process to another in memory that both have mapped. It needs no call of the system and no
// lock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace daris {

// Its messages are 32-bit words. It lies in shared memory, zeroed or made there by one side. Threads: one
// that pushes, one that pops.
class CommandRing {
 public:
  static constexpr std::size_t kWords = 16384;
  static constexpr std::size_t kMessageMax = kWords / 2;

  // Returns false, and pushes nothing, if there is no room. REQUIRES: 1 to kMessageMax words.
  [[nodiscard]] bool push(std::span<const std::uint32_t> message);

  // Moves the oldest message into `message`; returns false if there is none. Allocates only if the vector is
  // too small.
  [[nodiscard]] bool pop(std::vector<std::uint32_t>& message);

 private:
  // Counts of words, which wrap around. Each side writes to a cache line of its own.
  alignas(64) std::atomic<std::uint32_t> pushed_{0};
  alignas(64) std::atomic<std::uint32_t> popped_{0};
  alignas(64) std::array<std::uint32_t, kWords> words_{};

  static_assert(std::atomic<std::uint32_t>::is_always_lock_free, "shared with another process");
  static_assert((kWords & (kWords - 1)) == 0, "counts wrap around at a multiple of it");
};

}  // namespace daris
