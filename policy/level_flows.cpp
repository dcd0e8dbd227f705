#include "policy/level_flows.h"

#include "base/wide_integer.h"

namespace daris {

void LevelFlows::update(std::size_t group, const BatchCosts& costs) {
  constexpr std::int64_t kToPpb = 1'000'000;  // from parts of 10^15
  const std::size_t usual = costs.usual_size();
  for (std::size_t level = 0; level < levels_; ++level) {
    const std::size_t flow = group * levels_ + level;
    const std::int64_t work_ppb = multiply_divide(costs.costs(usual).ns(), inputs_per_10e15_ns_[flow],
                                                  kToPpb * std::int64_t{costs.inputs(usual)});
    of_level_ppb_[level] += work_ppb - work_ppb_[flow];
    work_ppb_[flow] = work_ppb;
  }
}

}  // namespace daris
