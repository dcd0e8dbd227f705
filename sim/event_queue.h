// The pending events of a fixed set of slots, at most one a slot: a winner (tournament) tree over (time,
// slot), in which each node is the least of eight.
//
// A tree, not a heap, is used: each slot has one pending time that is moved again and again. A heap
// then needs a position table and data-dependent branches. Here a change takes the least of eight again, once
// a level. A branch predictor has nothing to guess in that, and no comparison waits for more than two others.
// Most runs have no more than 16 slots, thus one or two levels. Time and slot share one 64-bit word, so that
// one comparison orders both.
//
// If times are equal, the lowest slot comes first. Allocates only in the constructor.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/time.h"
#include "sim/lanes.h"

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
  explicit EventQueue(std::uint32_t capacity) : slots_(capacity) {
    DARIS_CHECK(capacity >= 1 && capacity <= kCapacityMax);
    std::size_t begin = 0;
    for (std::size_t nodes = capacity; levels_ == 0 || nodes > 1; ++levels_) {
      begin_[levels_] = begin;
      begin += (nodes + kFan - 1) / kFan * kFan;
      nodes = (nodes + kFan - 1) / kFan;
    }
    begin_[levels_] = begin;
    keys_.assign(begin + 1, kNever);
  }

  // Moves the pending time of `slot`. REQUIRES: slot < capacity, 0 <= time < kTimeLimit.
  void set(std::uint32_t slot, Time time) { replay(slot, key_of(slot, time)); }

  // After this nothing is pending in `slot`.
  void clear(std::uint32_t slot) { replay(slot, kNever); }

  // Moves the pending times of all slots whose mark is ~0, and leaves those whose mark is 0. Times are whole
  // nanoseconds. REQUIRES: as set() does, for each marked slot; both arrays have lanes::padded() entries, and
  // those that are no slot's are not marked.
  void assign(const std::uint64_t* marks, const double* times_ns) {
    std::uint64_t* const keys = keys_.data();
    const std::size_t slots = slots_;
    for (std::size_t slot = 0; slot < slots; slot += lanes::kCount) {
      const lanes::Words marked = lanes::load(marks + slot);
      const lanes::Words time = lanes::bits_of(lanes::load(times_ns + slot) + lanes::kWholeDoubles);
      const lanes::Words key = time << kSlotBits | lanes::Words{slot, slot + 1};
      lanes::store(keys + slot, (key & marked) | (lanes::load(keys + slot) & ~marked));
    }
    settle();
  }

  // The earliest pending event. Its time is Time::never() if there is none.
  [[nodiscard]] Event top() const {
    const std::uint64_t key = keys_.back();
    if (key == kNever) return {Time::never(), 0};
    return {Time::from_ns(static_cast<std::int64_t>(key >> kSlotBits)),
            static_cast<std::uint32_t>(key & (kCapacityMax - 1))};
  }

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  [[nodiscard]] static std::uint64_t key_of(std::uint32_t slot, Time time) {
    return (static_cast<std::uint64_t>(time.ns()) << kSlotBits) | slot;
  }
  [[nodiscard]] static std::uint64_t least(const std::uint64_t* keys) {
    return std::min(std::min(std::min(keys[0], keys[1]), std::min(keys[2], keys[3])),
                    std::min(std::min(keys[4], keys[5]), std::min(keys[6], keys[7])));
  }
  void replay(std::size_t node, std::uint64_t key) {
    std::uint64_t* const keys = keys_.data();
    keys[node] = key;
    for (std::size_t level = 0; level < levels_; ++level) {
      node /= kFan;
      keys[begin_[level + 1] + node] = least(keys + begin_[level] + node * kFan);
    }
  }
  void settle() {
    std::uint64_t* const keys = keys_.data();
    for (std::size_t level = 0; level < levels_; ++level) {
      std::uint64_t* parent = keys + begin_[level + 1];
      for (std::size_t node = begin_[level]; node < begin_[level + 1]; node += kFan)
        *parent++ = least(keys + node);
    }
  }

  static constexpr std::size_t kFan = 8;
  static constexpr std::size_t kLevelsMax = 4;  // 8^4 slots
  // A shift by twelve drops what stands before the fraction of a sum with lanes::kWholeDoubles.
  static_assert(kSlotBits == 12, "a double has twelve bits before its fraction");

  std::size_t slots_;
  std::size_t levels_ = 0;
  std::array<std::size_t, kLevelsMax + 1> begin_{};  // by level: where its nodes begin in `keys_`
  std::vector<std::uint64_t> keys_;                  // the slots' own first, the winner last
};

}  // namespace daris
