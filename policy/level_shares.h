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
// kept one raises it a little: in balance one promise in 400 is broken. The lower it is, the surer are the
// times that promises count (`doubt_of`). Threads: one caller at a time. Allocates in the constructor only.
class LevelShares {
 public:
  // `first_is_zero`: the first level is level 0.
  LevelShares(std::size_t levels, bool first_is_zero, bool learns)
      : first_is_zero_(first_is_zero), learns_(learns), shares_ppb_(levels, kPartsPerWhole) {}

  [[nodiscard]] std::int64_t of(LevelRank level) const { return shares_ppb_[level]; }
  // How far the level's promises go from the time that a batch will take to the one that it will hardly
  // exceed. Level 0 gets none: what it is refused is lost for it as well as what is late.
  [[nodiscard]] std::int64_t doubt_of(LevelRank level) const {
    return is_level_zero(level) ? 0 : kPartsPerWhole - shares_ppb_[level];
  }

  // An admitted job has ended in time.
  void kept(LevelRank level) {
    if (learns_) shares_ppb_[level] = std::min(kPartsPerWhole, shares_ppb_[level] + kUpPpb);
  }
  // An admitted job was late or dropped. Those of level 0 that follow within `together` have the same cause
  // and do not count.
  void broken(LevelRank level, Time now, Duration together) {
    if (!learns_ || (is_level_zero(level) && now < not_before_)) return;
    if (is_level_zero(level)) not_before_ = now + together;
    shares_ppb_[level] = std::max(kLeastPpb, shares_ppb_[level] - kDownPpb);
  }

 private:
  static constexpr std::int64_t kDownPpb = kPartsPerWhole / 10;
  static constexpr std::int64_t kUpPpb = kDownPpb / 400;
  static constexpr std::int64_t kLeastPpb = kPartsPerWhole / 10;

  [[nodiscard]] bool is_level_zero(LevelRank level) const { return level == 0 && first_is_zero_; }

  bool first_is_zero_;
  bool learns_;
  std::vector<std::int64_t> shares_ppb_;
  Time not_before_ = Time();  // nothing lowers the share of level 0
};

}  // namespace daris
