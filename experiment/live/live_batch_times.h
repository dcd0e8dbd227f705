// The times of batches that a live policy is told (policy/setup.h, BatchTime), measured under full load on
// the executor that will run them.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "experiment/live/live_measurements.h"
#include "runtime/live_backend.h"
#include "workloads/merging.h"
#include "workloads/policy_setup.h"
#include "workloads/workload.h"

namespace daris {

// Whether sizes are left out that can't be of use.
enum class BatchSizesTold {
  kAll,
  // Sizes of a set of weights end before the first one that takes longer than the longest deadline of its
  // tasks. Up to its largest job there are all.
  kUseful,
};

// The AFET of each stage of each batch, by set of weights and size. In one loop a size, all slots run batches
// of this size, of all tasks in turn whose weights have the size and whose jobs fit. Sizes are those of
// measured_batches() from the smallest job of the weights up to `limit`, or up to their largest job if that
// is more.
//
// Each stage has the host's part too. In a loop that is the mean time from one batch of a slot to its next
// one, less their executions, over the stages. The median of all loops is taken, so that a program that stood
// still in one of them counts for nothing. A size that is left out is not told at all: nothing is
// interpolated.
//
// If `merging` is not null, its groups take the place of the sets of weights, each with its one size.
//
// REQUIRES: `machine` was made for `workload` with these sizes, or with `merging`. Errors: of the
// environment, or interrupted.
[[nodiscard]] Result<BatchGroupTimes> full_load_batch_times(const LiveMeasurements& measurements,
                                                            const Workload& workload, LiveMachine& machine,
                                                            std::uint32_t limit, BatchSizesTold told,
                                                            const Merging* merging = nullptr);

}  // namespace daris
