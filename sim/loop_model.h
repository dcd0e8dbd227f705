// The GPU model of a closed loop, from the shape of the machine and the kinds of jobs that run on it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "profiles/partition.h"
#include "profiles/profile.h"
#include "profiles/shape.h"
#include "sim/contention_parameters.h"
#include "sim/gpu_model.h"
#include "workloads/task_set.h"

namespace daris {

// Says what a closed loop runs on. By default it is the shape in which load is counted.
struct LoopPlace {
  const Profile* profile = nullptr;                  // not owned
  const ContentionParameters* contention = nullptr;  // not owned
  MachineShape machine;                              // confined already: the SMs of `shape` decide nothing
  Shape shape = saturation_shape(Backend::kGreen);
  bool staged = true;  // false: each job is one stage, the whole model
};

struct JobKind {
  std::string model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  Weights weights = Weights::kShared;
};

// One task for each kind, in order; with own weights two tasks a slot, as the profiler measures it. A machine
// with fewer SM groups (or pairs of SMs) than contexts gets as many contexts as fit. Streams overlap fully
// whatever the oversubscription is. Errors: as make_partition() and build_gpu_model().
[[nodiscard]] Result<GpuModel> build_loop_model(const LoopPlace& place, const std::vector<JobKind>& kinds);

}  // namespace daris
