// Describes the GPU to the simulator: how long each stage takes alone in each context, and what it asks of
// SMs and memory. sim/gpu_model_builder.h builds these tables once for a configuration, from a profile, a
// partition and contention parameters. Then any number of threads may read them. sim/contention.h tells how
// stages slow each other down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "policy/ids.h"
#include "sim/geometry.h"

namespace daris {

// One stage of one work class (same model, precision, batch and weights), alone in one context.
struct StageCost {
  double alone_ns = 1;  // > 0
  // Mean share of the context's SMs that it keeps busy, times its weight: in (0, 1], a multiple of
  // kDemandQuantum.
  double sm_demand = 1;
  double give_way = 1;  // how much the square of others' demands weighs on it: 1 / weight^2, >= 1
  // L2 traffic over its time, as a share of what the cache delivers: a multiple of kDemandQuantum, 0 if not
  // measured.
  double cache_demand = 0;
  // Handing its kernels over takes this share of alone_ns more beside others; 0 if not counted.
  double handover = 0;
  // What stands between the launch and the first kernel, and asks nothing of the SMs: >= 0.
  double gap_ns = 0;
  Duration host = {};  // how long its launch keeps the host's thread, >= 0

  // The gap in whole nanoseconds, rounded half up.
  [[nodiscard]] Duration gap() const { return Duration::from_ns(static_cast<std::int64_t>(gap_ns + 0.5)); }
};

class GpuModel {
 public:
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  Geometry geometry;
  double memory_latency = 0;  // any stage waits by this share of what others ask of the cache
  double crossing = 0;        // what it costs a stage that only other contexts ask for its SMs
  Duration host_event = {};   // how long each event keeps the host's thread, >= 0
  // The queues are numbered as in sim/hardware_queues.h; empty if every slot has a queue of its own.
  std::vector<std::uint32_t> queue_of_slot;

  // By context: the levels that may use it (policy/setup.h); empty: every level may use all contexts.
  std::vector<std::vector<std::uint32_t>> context_levels;
  std::vector<std::uint32_t> task_level;  // by task

  // Adds a work class. REQUIRES: costs[stage * contexts + context], with the same number of contexts each
  // time.
  std::uint32_t add_class(std::vector<StageCost> costs);

  [[nodiscard]] std::uint32_t classes() const { return static_cast<std::uint32_t>(first_row_.size()); }
  [[nodiscard]] std::uint32_t stages(std::uint32_t work_class) const;
  [[nodiscard]] const StageCost& cost(std::uint32_t work_class, StageIndex stage, ContextId context) const {
    return costs_[(first_row_[work_class] + stage.at()) * contexts + context.at()];
  }

  // The class of a task's job in the task's own batch.
  std::vector<std::uint32_t> task_class;
  // By task: of the classes of a batch size, which follow each other from the most urgent on, so many down.
  // Empty: the hardware puts no task before another.
  std::vector<std::uint32_t> task_behind;
  // For batching policies: sizes and classes by batch group, ascending by size.
  struct BatchClass {
    std::uint32_t inputs = 1;
    std::uint32_t work_class = 0;  // of the most urgent tasks
  };
  std::vector<std::vector<BatchClass>> batch_classes;
  std::vector<std::uint32_t> task_batch_group;  // by task; empty if there are no groups

  // The class of a launch of `batch` inputs for jobs of `task`. REQUIRES: the task's own batch, or a size of
  // its group.
  [[nodiscard]] std::uint32_t class_of(TaskId task, std::uint32_t batch) const;
  // By task: one of its classes, the same for all tasks that differ in nothing but their levels.
  [[nodiscard]] std::vector<std::uint32_t> common_classes() const;
  std::vector<std::uint32_t> task_inputs;  // by task: its own batch

 private:
  std::vector<StageCost> costs_;
  std::vector<std::size_t> first_row_;
};

}  // namespace daris
