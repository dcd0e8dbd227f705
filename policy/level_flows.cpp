#include "policy/level_flows.h"

namespace daris {

void LevelFlows::update(std::size_t group, const BatchCosts& costs) {
  for (std::size_t level = 0; level < levels_; ++level) {
    const std::size_t flow = group * levels_ + level;
    const std::int64_t work_ppb = costs.work_ppb(inputs_per_10e15_ns_[flow]);
    of_level_ppb_[level] += work_ppb - work_ppb_[flow];
    work_ppb_[flow] = work_ppb;
  }
}

}  // namespace daris
