// The admission bound of each level, learned from how promises were kept (docs/scheduler.md, "daris-batched:
// the promise").
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "policy/group_backlog.h"

namespace daris {

// A broken promise lowers the level's bound at once, a kept one raises it a little. In balance one promise in
// 400 is broken. Bounds are parts per 10^9. Threads: one caller at a time. Allocates in the constructor only.
class LevelBounds {
 public:
  // `most_ppb`: where every level begins, and what none exceeds.
  LevelBounds(std::size_t levels, std::int64_t most_ppb, bool learns)
      : most_ppb_(most_ppb), learns_(learns), bounds_ppb_(levels, most_ppb), not_before_(levels) {}

  [[nodiscard]] std::int64_t of(LevelRank level) const { return bounds_ppb_[level]; }

  // An admitted job has ended in time.
  void kept(LevelRank level) {
    if (learns_) bounds_ppb_[level] = std::min(most_ppb_, bounds_ppb_[level] + kUpPpb);
  }
  // An admitted job was late or dropped. Misses within one relative deadline have one cause and count once.
  void broken(LevelRank level, Time now, Duration relative_deadline) {
    if (!learns_ || now < not_before_[level]) return;
    not_before_[level] = now + relative_deadline;
    bounds_ppb_[level] = std::max(std::min(most_ppb_, kLeastPpb), bounds_ppb_[level] - kDownPpb);
  }

 private:
  static constexpr std::int64_t kDownPpb = 100'000'000;
  static constexpr std::int64_t kUpPpb = kDownPpb / 400;
  static constexpr std::int64_t kLeastPpb = 100'000'000;

  std::int64_t most_ppb_;
  bool learns_;
  std::vector<std::int64_t> bounds_ppb_;
  std::vector<Time> not_before_;
};

}  // namespace daris
