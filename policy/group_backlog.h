// The waiting jobs of one batch group, level by level. Within a level they stand by deadline, then by job id.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/sorted_vector.h"
#include "base/time.h"
#include "policy/ids.h"

namespace daris {

// Levels are numbered without gaps here, in ascending order of those that tasks have.
using LevelRank = std::uint32_t;

struct BacklogJob {
  Time deadline;
  JobId id;
  std::uint32_t inputs = 1;
  friend auto operator<=>(const BacklogJob& a, const BacklogJob& b) {
    return a.deadline != b.deadline ? a.deadline <=> b.deadline : a.id <=> b.id;
  }
  friend bool operator==(const BacklogJob&, const BacklogJob&) = default;
};

// One level of a group. Threads: one caller at a time. Allocates only if it outgrows its largest size so far.
class LevelBacklog {
 public:
  [[nodiscard]] bool empty() const { return jobs_.empty(); }
  // In order.
  [[nodiscard]] std::span<const BacklogJob> jobs() const { return jobs_.values(); }
  [[nodiscard]] std::uint64_t inputs() const { return inputs_; }
  // Tells whether each job brings one input.
  [[nodiscard]] bool is_of_single_inputs() const { return inputs_ == jobs_.size(); }

  void add(const BacklogJob& job);
  // Takes out the first job. REQUIRES: !empty().
  BacklogJob take_first();
  // Takes out the jobs at these places of jobs(), which ascend.
  void take(std::span<const std::uint32_t> places);
  void clear();

 private:
  SortedVector<BacklogJob> jobs_;
  std::uint64_t inputs_ = 0;
};

class GroupBacklog {
 public:
  explicit GroupBacklog(std::size_t levels) : levels_(levels) {}

  [[nodiscard]] bool empty() const { return inputs_ == 0; }
  [[nodiscard]] std::uint64_t inputs() const { return inputs_; }
  [[nodiscard]] LevelRank levels() const { return static_cast<LevelRank>(levels_.size()); }
  [[nodiscard]] const LevelBacklog& level(LevelRank rank) const { return levels_[rank]; }
  // The most urgent level that has a job. REQUIRES: !empty().
  [[nodiscard]] LevelRank first_level() const;

  void add(LevelRank rank, const BacklogJob& job);
  BacklogJob take_first(LevelRank rank);
  void take(LevelRank rank, std::span<const std::uint32_t> places);
  void clear();

 private:
  std::vector<LevelBacklog> levels_;
  std::uint64_t inputs_ = 0;
};

}  // namespace daris
