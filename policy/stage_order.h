// DARIS's order of ready stages: by level, class, virtual deadline, job id (docs/scheduler.md, "Order").
#pragma once

#include "policy/ready_queue.h"
#include "policy/switches.h"

namespace daris {

// The order looks at these. `late`: the stage before it finished after its own virtual deadline.
struct ReadyStage {
  JobId job;
  std::uint32_t level = 0;
  bool last = false;
  bool late = false;
  Time virtual_deadline;
};

class StageOrder {
 public:
  explicit StageOrder(const PolicySwitches& switches)
      : last_class_(switches.last_class),
        late_class_(switches.late_class),
        fixed_priority_(switches.fixed_priority) {}

  // If a class is switched off, no stage belongs to it. Without fixed priority neither level nor class
  // counts.
  [[nodiscard]] ReadyKey key(const ReadyStage& stage) const {
    ReadyKey key{0, stage.virtual_deadline.ns(), ready_key_job(stage.job)};
    if (!fixed_priority_) return key;
    const std::uint32_t rank =
        class_rank(stage.level == 0, stage.last && last_class_, stage.late && late_class_);
    key.level_and_class = std::uint64_t{stage.level} * kClasses + rank;
    return key;
  }

 private:
  static constexpr std::uint32_t kClasses = 4;

  // Level 0: last and late, last, late, other. Below: last and late, late, last, other.
  [[nodiscard]] static constexpr std::uint32_t class_rank(bool level_0, bool last, bool late) {
    if (last && late) return 0;
    if (last) return level_0 ? 1 : 2;
    if (late) return level_0 ? 2 : 1;
    return 3;
  }

  bool last_class_;
  bool late_class_;
  bool fixed_priority_;
};

}  // namespace daris
