// Which chains of one slot hold what jobs left there between two stages, and which of them a launch writes
// over.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace daris {

// Where a chain's graphs work: a launch writes over what jobs left in chains of the same pool and the same or
// a higher rank.
struct ChainMemory {
  std::size_t pool = 0;
  std::size_t rank = 0;
};

// Holds at most so many seats (places of chains, numbered by whoever asks) that a launch finds room to save
// what it displaces. Threads: one. Allocates only in the constructor.
class SlotOccupancy {
 public:
  // REQUIRES: at least 1.
  explicit SlotOccupancy(std::size_t seats_max) : seats_max_(seats_max) { held_.reserve(seats_max + 1); }

  // Calls `displaced` with the seats that would be displaced by a launch of `by`: its own too, if that holds
  // anything.
  template <typename Displaced>
  void for_each_displaced(ChainMemory by, const Displaced& displaced) const {
    for (const Held& held : held_)
      if (displaces(by, held)) displaced(held.seat);
  }

  // `seat`, of memory `by`, was launched: it holds now, and what it displaces does not.
  void launched(std::size_t seat, ChainMemory by) {
    const std::size_t oldest = oldest_to_go();
    std::erase_if(held_,
                  [&](const Held& held) { return writes_over(by, held.memory) || held.seat == oldest; });
    held_.push_back({seat, by});
  }

  // The seat holds nothing any more.
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
