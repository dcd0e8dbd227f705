// What is to be measured, most valuable first: a sitting that ends early leaves a profile that is of use.
#pragma once

#include <vector>

#include "policy/result.h"
#include "profiles/partition.h"
#include "profiles/profiler/options.h"
#include "profiles/profiler/work_unit.h"

namespace daris {

// In this order:
//   1. launch costs; times alone of the smallest batch on every quota; saturation in the shape that load is counted in
//      (8 contexts, OS = 2, one stream), whole and staged, shared and own weights; the same without partitions
//   2. the smallest batch beside busy neighbours; its kernels, traffic and times with cold weights
//   3. the larger batches: times alone, saturation in that one shape
//   4. the smallest batch by MPS percentages, and saturation under MPS
//   5. saturation of the smallest batch in further shapes (for checking a simulator); kernels, traffic and cold weights
//      of one larger batch; the larger batches by MPS percentages
// Units of one MPS percentage stand together, since each percentage needs processes of its own.
// Errors: a quota or a machine that the GPU can't give.
[[nodiscard]] Result<std::vector<WorkUnit>> make_plan(const ProfilerOptions& options, const MachineShape& machine);

// Whether `profile` has it, with at least `samples` samples a time. Kernels and traffic count by being there.
[[nodiscard]] bool is_measured(const Profile& profile, const WorkUnit& unit, std::uint32_t samples);

// The percentages whose granted SMs the shapes of the paper ask for: 2, 4, 6, 8 contexts at OS 1 and 2. Ascending, one for
// each number of granted SMs.
[[nodiscard]] std::vector<std::uint32_t> mps_percentages(const MachineShape& machine);

}  // namespace daris
