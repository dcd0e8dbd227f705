// What is to be measured, most valuable first: a sitting that ends early leaves a profile that is of use.
#pragma once

#include <vector>

#include "base/result.h"
#include "profiles/partition.h"
#include "profiles/profiler/options.h"
#include "profiles/profiler/work_unit.h"

namespace daris {

// In this order:
//   1. launch costs; times alone of the smallest batch on every quota; its saturation in the shape that load
//   is counted in
//      (8 contexts, OS = 2, one stream), whole and staged, shared and own weights, and without partitions
//   2. the smallest batch beside busy neighbours, with cold weights, saturated in further shapes: what a
//   contention model is
//      fitted to and checked by; its kernels and traffic
//   3. the larger batches: times alone, saturation in the shape of load
//   4. the smallest batch by MPS percentages, and saturation under MPS
//   5. kernels and traffic of one larger batch; the larger batches by MPS percentages
// What belongs together stands together, since cuDNN chooses its algorithms anew in each sitting (profile.h,
// TimesAlone). Units of one MPS percentage stand together, since each percentage needs processes of its own.
// Errors: a quota or a machine that the GPU can't give.
[[nodiscard]] Result<std::vector<WorkUnit>> make_plan(const ProfilerOptions& options,
                                                      const MachineShape& machine);

// Whether `profile` has it, with at least `samples` samples a time. Kernels and traffic count by being there.
[[nodiscard]] bool is_measured(const Profile& profile, const WorkUnit& unit, std::uint32_t samples);

// The percentages whose granted SMs the shapes of the paper ask for: 2, 4, 6, 8 contexts at OS 1 and 2.
// Ascending, one for each number of granted SMs.
[[nodiscard]] std::vector<std::uint32_t> mps_percentages(const MachineShape& machine);

}  // namespace daris
