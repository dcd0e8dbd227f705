// What part of the slots a level may count on, learned from how promises were kept (docs/scheduler.md,
// "daris-batched: the promise").
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "policy/group_backlog.h"
#include "policy/switches.h"

namespace daris {

// A share is a part of what the levels above leave, in parts per 10^9. A broken promise lowers it at once, a
// kept one raises it a little: in balance one promise in 400 is broken. Threads: one caller at a time.
// Allocates in the constructor only.
class LevelShares {
 public:
  LevelShares(std::size_t levels, bool learns)
      : learns_(learns), shares_ppb_(levels, kPartsPerWhole), not_before_(levels) {}

  [[nodiscard]] std::int64_t of(LevelRank level) const { return shares_ppb_[level]; }

  // An admitted job has ended in time.
  void kept(LevelRank level) {
    if (learns_) shares_ppb_[level] = std::min(kPartsPerWhole, shares_ppb_[level] + kUpPpb);
  }
  // An admitted job was late or dropped. Those that follow within `together` have the same cause and do not
  // count.
  void broken(LevelRank level, Time now, Duration together) {
    if (!learns_ || now < not_before_[level]) return;
    not_before_[level] = now + together;
    shares_ppb_[level] = std::max(kLeastPpb, shares_ppb_[level] - kDownPpb);
  }

 private:
  static constexpr std::int64_t kDownPpb = kPartsPerWhole / 10;
  static constexpr std::int64_t kUpPpb = kDownPpb / 400;
  static constexpr std::int64_t kLeastPpb = kPartsPerWhole / 10;

  bool learns_;
  std::vector<std::int64_t> shares_ppb_;
  std::vector<Time> not_before_;
};

}  // namespace daris
