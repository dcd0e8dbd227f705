// Builds the simulator's tables from measurements: profile, partition, contention parameters and workload
// make a GpuModel.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "profiles/partition.h"
#include "profiles/profile.h"
#include "profiles/shape.h"
#include "sim/contention_parameters.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"
#include "workloads/merging.h"
#include "workloads/workload.h"

namespace daris {

// Says which model is asked for. It owns nothing, and what it points to must live only during the call.
struct GpuModelRequest {
  const Profile* profile = nullptr;
  const Workload* workload = nullptr;
  const ContentionParameters* contention = nullptr;
  MachineShape machine;
  Shape shape;
  std::vector<ContextGrant> grants;                             // one for each context of `shape`
  std::vector<std::vector<std::uint32_t>> context_levels = {};  // as policy/setup.h has them
  std::vector<bool> urgent_contexts = {};  // their kernels go before those of others; empty: none does
  bool staged = true;                      // false: each job is one stage, the whole model
  // On green contexts, times are those of algorithms that were chosen on the partition, as far as the profile
  // tells (profiles/stage_times.h). Else they are as profiled.
  bool choose_algorithms = false;
  // Every profiled size of each set of weights, for batching policies.
  bool batch_classes = false;
  // For policies that merge: the batch groups are these merged networks, and each has the one size; null:
  // nothing is merged. REQUIRES: batch_classes.
  const Merging* merging = nullptr;
};

struct BuiltGpuModel {
  GpuModel gpu;
  // Pairs of work class and context whose granted SMs lie between profiled ones, so that their times are
  // interpolated.
  std::uint32_t interpolated = 0;
};

// Computes a stage's cost from the profile:
// - time alone: the median, interpolated between quotas. If all tasks' own weights together exceed the L2
//   cache, what the stage took longer with weights that the cache had not seen is added. If algorithms are
//   chosen on the partition, and the profile has those of the whole GPU, the median is multiplied with
//   algorithm_gain();
// - SM demand on q SMs: the parameters' fill times W / (T(q) * q), where W, the packed SM time, is the least
//   T(p) * p of all profiled p;
// - L2 demand: the measured bytes through the cache over the time alone, as a share of the parameters'
//   bandwidth;
// - handover: the counted kernels, each for the parameters' time, over the time alone.
//
// Errors: a model, precision or batch that the profile lacks; granted SMs outside the profiled range; a
// backend that the contention parameters don't cover.
[[nodiscard]] Result<BuiltGpuModel> build_gpu_model(const GpuModelRequest& request);

// Launch: the median of the launch call. Notice: the median of launch-to-noticed of an empty graph, less the
// launch and less what the stages' own times already hold of it. A backend that was not measured has the
// costs of the first one that was. If the profile has none, the host costs nothing.
[[nodiscard]] HostLatencies host_latencies(const Profile& profile, Backend backend);

}  // namespace daris
