// The GPU model of a closed loop: a shape of the machine and the kinds of jobs that run on it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "profiles/partition.h"
#include "profiles/profile.h"
#include "sim/contention_parameters.h"
#include "sim/gpu_model.h"
#include "workloads/task_set.h"

namespace daris {

// By default the shape that defines load: 8 contexts, OS = 2, one stream.
struct LoopShape {
  const Profile* profile = nullptr;                  // not owned
  const ContentionParameters* contention = nullptr;  // not owned
  MachineShape machine;
  Backend backend = Backend::kGreen;
  bool staged = true;  // false: each job is one stage, the whole model
  std::uint32_t contexts = 8;
  std::uint32_t streams = 1;
  std::uint32_t oversubscription_milli = 2000;
};

struct JobKind {
  std::string model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  Weights weights = Weights::kShared;
};

// One task a kind, in order; with own weights two tasks a slot, as the profiler measures it. On a machine
// with fewer SM groups (or pairs of SMs) than contexts it takes as many contexts as fit; streams overlap
// fully whatever is asked. Errors: as make_partition() and build_gpu_model().
[[nodiscard]] Result<GpuModel> build_loop_model(const LoopShape& shape, const std::vector<JobKind>& kinds);

}  // namespace daris
