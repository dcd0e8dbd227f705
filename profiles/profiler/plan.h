// Plans what is measured, the most valuable first, so that a sitting that ends early leaves a useful profile.
#pragma once

#include <vector>

#include "base/result.h"
#include "profiles/partition.h"
#include "profiles/profiler/options.h"
#include "profiles/profiler/work_unit.h"

namespace daris {

// Units are in this order:
//   1. launch costs; times alone of the smallest batch on every quota; its saturation in the shape in which
//      load is counted (8 contexts, OS = 2, one stream), whole and staged, with shared and own weights, and
//      without partitions
//   2. the smallest batch beside busy neighbours, with cold weights, and saturated in further shapes,
//      to which a contention model is fitted and by which it is checked; its kernels and traffic
//   3. the larger batches: times alone, saturation in the shape of load, one of them beside busy neighbours
//   4. the smallest batch by MPS percentages, saturation and busy neighbours under MPS
//   5. kernels and traffic of one larger batch; the larger batches by MPS percentages
// A merged network is measured in those batches that have as many images for each member. A model of one's
// own has one precision and one batch, which stands for the smallest.
// Within these, units stand together that need processes of their own: those of one partition in which cuDNN
// chooses (choice_sms()), and those of one MPS percentage.
//
// Errors: a quota or a machine that the GPU can't give.
[[nodiscard]] Result<std::vector<WorkUnit>> make_plan(const ProfilerOptions& options,
                                                      const MachineShape& machine);

// The machine as far as its first `sms` SMs; all of it if `sms` is 0.
[[nodiscard]] MachineShape confined(MachineShape machine, std::uint32_t sms);

// The SMs of the partition in which cuDNN chooses the algorithms of a unit's networks, as a live run does:
// the quota, or the first context of the shape. A worker process chooses once, so it serves units of one
// number. Kernels, traffic, cold weights and units without partitions have all SMs. REQUIRES: not by MPS,
// whose processes see their share alone.
[[nodiscard]] std::uint32_t choice_sms(const WorkUnit& unit, const MachineShape& machine);

// Tells whether `profile` has the measurement of `unit`. A time must have at least `samples` samples; kernels
// and traffic only must be there.
[[nodiscard]] bool is_measured(const Profile& profile, const WorkUnit& unit, std::uint32_t samples);

// The percentages of MPS that the shapes of the paper ask for: 2, 4, 6, 8 contexts at OS 1 and 2. They
// ascend, with one for each number of granted SMs.
[[nodiscard]] std::vector<std::uint32_t> mps_percentages(const MachineShape& machine);

}  // namespace daris
