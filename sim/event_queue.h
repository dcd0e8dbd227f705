// The pending events of a fixed set of slots, at most one a slot: a winner (tournament) tree over (time,
// slot).
//
// A tree, not a heap, is used: each slot has one pending time that is moved again and again. A heap
// then needs a position table and data-dependent branches. Here a change replays one path of minima:
// log2(capacity) steps of load, compare and conditional move, in which a branch predictor has nothing to
// guess. Time and slot share one 64-bit word, so that one comparison orders both.
//
// If times are equal, the lowest slot comes first. Allocates only in the constructor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/time.h"

namespace daris {

class EventQueue {
 public:
  static constexpr std::uint32_t kSlotBits = 12;
  static constexpr std::uint32_t kCapacityMax = 1U << kSlotBits;
  // Times must lie below this: 2^51 ns, about 26 days.
  static constexpr std::int64_t kTimeLimit = std::int64_t{1} << (63 - kSlotBits);

  struct Event {
    Time time;  // Time::never() if nothing is pending
    std::uint32_t slot = 0;
  };

  // REQUIRES: 1 <= capacity <= kCapacityMax.
  explicit EventQueue(std::uint32_t capacity) {
    DARIS_CHECK(capacity >= 1 && capacity <= kCapacityMax);
    while (leaves_ < capacity) leaves_ *= 2;
    keys_.assign(std::size_t{2} * leaves_, kNever);
  }

  // Moves the pending time of `slot`. REQUIRES: slot < capacity, 0 <= time < kTimeLimit.
  void set(std::uint32_t slot, Time time) { replay(slot, key_of(slot, time)); }

  // After this nothing is pending in `slot`.
  void clear(std::uint32_t slot) { replay(slot, kNever); }

  // Does the same as set(), but top() is wrong until settle() was called: for changing many slots at once.
  void assign(std::uint32_t slot, Time time) { keys_[leaves_ + slot] = key_of(slot, time); }
  void settle() {
    std::uint64_t* const keys = keys_.data();
    for (std::size_t node = leaves_; node-- > 1;) keys[node] = lesser(keys[2 * node], keys[2 * node + 1]);
  }

  // The earliest pending event. Its time is Time::never() if there is none.
  [[nodiscard]] Event top() const {
    const std::uint64_t key = keys_[1];
    if (key == kNever) return {Time::never(), 0};
    return {Time::from_ns(static_cast<std::int64_t>(key >> kSlotBits)),
            static_cast<std::uint32_t>(key & (kCapacityMax - 1))};
  }

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  [[nodiscard]] static std::uint64_t key_of(std::uint32_t slot, Time time) {
    return (static_cast<std::uint64_t>(time.ns()) << kSlotBits) | slot;
  }
  // This is arithmetic and not a conditional, so that no compiler makes a jump of it.
  [[nodiscard]] static std::uint64_t lesser(std::uint64_t a, std::uint64_t b) {
    return b ^ ((a ^ b) & (0 - static_cast<std::uint64_t>(a < b)));
  }
  void replay(std::uint32_t slot, std::uint64_t key) {
    std::uint64_t* const keys = keys_.data();
    std::size_t node = leaves_ + slot;
    keys[node] = key;
    while (node > 1) {
      key = lesser(key, keys[node ^ 1]);
      node >>= 1;
      keys[node] = key;
    }
  }

  std::uint32_t leaves_ = 1;
  std::vector<std::uint64_t> keys_;  // keys_[1] is the winner, keys_[leaves_ + slot] a slot's own
};

}  // namespace daris
