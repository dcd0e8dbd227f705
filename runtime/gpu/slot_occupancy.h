// Says which chains of one slot hold what jobs left there between two stages, and which of them a launch
// writes over.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace daris {

// The memory in which a chain's graphs work. A launch writes over what jobs left in chains of the same pool
// and the same or a higher rank.
struct ChainMemory {
  std::size_t pool = 0;
  std::size_t rank = 0;
};

// Holds a limited number of seats: places of chains, numbered by the caller. The limit leaves a launch room
// for the saves of all that it displaces. Threads: one. Allocates only in the constructor.
class SlotOccupancy {
 public:
  // REQUIRES: `seats_max` is at least 1.
  explicit SlotOccupancy(std::size_t seats_max) : seats_max_(seats_max) { held_.reserve(seats_max + 1); }

  // Calls `displaced` with the seats that a launch of `by` would displace, its own included if it holds
  // anything.
  template <typename Displaced>
  void for_each_displaced(ChainMemory by, const Displaced& displaced) const {
    for (const Held& held : held_)
      if (displaces(by, held)) displaced(held.seat);
  }

  // Says that `seat`, of memory `by`, was launched: it holds something from now on, and what it displaces
  // does not.
  void launched(std::size_t seat, ChainMemory by) {
    const std::size_t oldest = oldest_to_go();
    std::erase_if(held_,
                  [&](const Held& held) { return writes_over(by, held.memory) || held.seat == oldest; });
    held_.push_back({seat, by});
  }

  // Says that the seat holds nothing any more.
  void left(std::size_t seat) {
    std::erase_if(held_, [seat](const Held& held) { return held.seat == seat; });
  }
  void clear() { held_.clear(); }

 private:
  struct Held {
    std::size_t seat;
    ChainMemory memory;
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  static bool writes_over(ChainMemory by, ChainMemory held) {
    return by.pool == held.pool && by.rank <= held.rank;
  }
  [[nodiscard]] std::size_t oldest_to_go() const {
    return held_.size() < seats_max_ ? kNone : held_.front().seat;
  }
  [[nodiscard]] bool displaces(ChainMemory by, const Held& held) const {
    return writes_over(by, held.memory) || held.seat == oldest_to_go();
  }

  std::size_t seats_max_;
  std::vector<Held> held_;  // in the order of their last launches
};

}  // namespace daris
