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

// A group from which a batch is taken. What it points to must live during the choice.
struct BatchSource {
  const GroupBacklog& group;
  const BatchCosts& costs;
  LevelRank leading = 0;                 // the level whose first job leads
  Duration relative_deadline;            // of that job
  std::span<const Time> must_go_before;  // by level (policy/batch_urgency.h)
  const std::vector<bool>& permitted;    // by level: it may use the batch's context
  bool level0_is_certain = false;        // jobs of level 0 get the time that a batch will hardly exceed
};

// Allocates only if a batch has more jobs of a level than were foreseen.
class BatchChoice {
 public:
  // `jobs_foreseen`: in one batch.
  BatchChoice(std::size_t levels, std::size_t jobs_foreseen, const PolicySwitches& switches);

  // REQUIRES: the leading level has a job, which can be in time in the smallest batch that holds it.
  void choose(const BatchSource& source, Time now);

  // What was chosen last. The jobs are places in each level's order, ascending.
  [[nodiscard]] std::size_t size() const { return best_.size; }
  [[nodiscard]] std::span<const std::uint32_t> jobs(LevelRank level) const { return best_.jobs[level]; }

 private:
  struct Candidate {
    Candidate(std::size_t levels, std::size_t jobs_foreseen) : jobs(levels) {
      for (std::vector<std::uint32_t>& of_level : jobs) of_level.reserve(jobs_foreseen);
    }
    std::size_t size = 0;
    std::uint32_t inputs = 0;
    bool full = false;                             // a job did not fit
    std::vector<std::vector<std::uint32_t>> jobs;  // by level
  };

  [[nodiscard]] static Time end_for(LevelRank level, const BatchSource& source, std::size_t size, Time now);
  void fill(const BatchSource& source, std::size_t size, Time now);
  void offer(const BatchSource& source, LevelRank level);
  [[nodiscard]] bool joins(const BatchSource& source, LevelRank level) const {
    return source.permitted[level] && (joins_ || level == source.leading);
  }
  [[nodiscard]] bool other_is_better(const BatchCosts& costs) const;

  bool joins_;
  bool by_rate_;
  Candidate best_;
  Candidate other_;
  std::vector<std::uint32_t> next_;  // by level: the next job to be offered
  std::vector<Time> ends_;           // by level: when the batch ends, as its jobs count it
};

}  // namespace daris
