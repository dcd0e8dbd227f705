// Chooses the jobs and the size of the next batch of a group (docs/scheduler.md, "daris-batched: the batch").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/batch_costs.h"
#include "policy/group_backlog.h"
#include "policy/switches.h"

namespace daris {

// Allocates only if a batch has more jobs than any before.
class BatchChoice {
 public:
  BatchChoice(std::size_t levels, bool protects_first, const PolicySwitches& switches)
      : protects_first_(protects_first), joins_(switches.join), by_rate_(switches.size == BatchSize::kRate), best_(levels), other_(levels) {}

  // Chooses the batch that the group's most urgent job leads. `relative_deadline` is the leader's.
  // REQUIRES: the group has a job.
  void choose(const GroupBacklog& group, const BatchCosts& costs, LevelRank leading, Duration relative_deadline, Time now, std::span<const Time> must_go_before);

  // What was chosen last. The jobs are places in each level's order.
  [[nodiscard]] std::size_t size() const { return best_.size; }
  [[nodiscard]] std::span<const std::uint32_t> jobs(LevelRank level) const { return best_.jobs[level]; }

 private:
  struct Candidate {
    explicit Candidate(std::size_t levels) : jobs(levels) {}
    std::size_t size = 0;
    std::uint32_t inputs = 0;
    std::vector<std::vector<std::uint32_t>> jobs;  // by level
  };
  void fill(const GroupBacklog& group, const BatchCosts& costs, std::size_t size, Time end, Time safe_end);
  [[nodiscard]] bool other_is_better(const BatchCosts& costs) const;

  LevelRank leading_ = 0;
  std::span<const Time> must_go_before_;
  std::vector<std::uint32_t> next_;
  bool protects_first_;
  bool joins_;
  bool by_rate_;
  Candidate best_;
  Candidate other_;
};

}  // namespace daris
