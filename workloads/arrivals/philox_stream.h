// A stream of random numbers that depends on nothing but its key.
#pragma once

#include <array>
#include <cstdint>

namespace daris {

// Says what a draw is for. Each purpose of a task has a stream of its own.
enum class DrawPurpose : std::uint32_t { kOffset = 1, kArrival = 2, kOrder = 3 };

// Names one stream. A task is its group's position in the set and its number among the group's copies. So
// more copies of one group shift no other task's draws.
struct StreamKey {
  std::uint64_t seed = 0;
  std::uint32_t replication = 0;
  std::uint32_t group = 0;
  std::uint32_t copy = 0;
  DrawPurpose purpose = DrawPurpose::kOffset;
};

// Philox4x32-10 (Salmon et al., SC'11) in counter mode: the same key gives the same numbers on any machine.
class PhiloxStream {
 public:
  // REQUIRES: key.group < 2^16, copies of a group < 2^32.
  explicit PhiloxStream(const StreamKey& key);

  [[nodiscard]] std::uint64_t next_u64();
  // Uniform in (0, 1), never 0 or 1; a multiple of 2^-53.
  [[nodiscard]] double next_unit();
  // Uniform in [0, bound), proportional to one draw: for another bound the same draw gives the same share of
  // it. The bias is below bound / 2^64. REQUIRES: bound > 0.
  [[nodiscard]] std::uint64_t next_below(std::uint64_t bound);

 private:
  void refill();

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint64_t, 2> block_{};
  std::size_t used_ = 2;  // of block_
};

}  // namespace daris
