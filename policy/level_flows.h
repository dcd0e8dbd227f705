// The work that tasks are expected to release, by level and batch group: what a promise must leave room for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/batch_costs.h"
#include "policy/group_backlog.h"

namespace daris {

// Work is a share of one slot in parts per 10^9, at what the group's batches cost lately for each input.
// Threads: one caller at a time. Allocates in the constructor only.
class LevelFlows {
 public:
  LevelFlows(std::size_t groups, std::size_t levels)
      : levels_(levels),
        inputs_per_10e15_ns_(groups * levels, 0),
        work_ppb_(groups * levels, 0),
        of_level_ppb_(levels, 0) {}

  // A task of the group releases `inputs` every `period`.
  void add_task(std::size_t group, LevelRank level, std::uint32_t inputs, Duration period) {
    constexpr std::int64_t kNs = 1'000'000'000'000'000;
    inputs_per_10e15_ns_[group * levels_ + level] += inputs * (kNs / period.ns());
  }

  // Takes over what the group's batches cost now.
  void update(std::size_t group, const BatchCosts& costs);

  [[nodiscard]] std::int64_t of_level(LevelRank level) const { return of_level_ppb_[level]; }
  // Of all levels before this one.
  [[nodiscard]] std::int64_t above(LevelRank level) const {
    std::int64_t work_ppb = 0;
    for (LevelRank rank = 0; rank < level; ++rank) work_ppb += of_level_ppb_[rank];
    return work_ppb;
  }

  [[nodiscard]] std::int64_t of_all() const { return above(static_cast<LevelRank>(levels_)); }

 private:
  std::size_t levels_;
  std::vector<std::int64_t> inputs_per_10e15_ns_;  // [group * levels + level]
  std::vector<std::int64_t> work_ppb_;             // likewise
  std::vector<std::int64_t> of_level_ppb_;
};

}  // namespace daris
