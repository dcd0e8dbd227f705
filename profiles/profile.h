// What one GPU was measured to do (schema daris.profile): stage times by model, precision, batch, mechanism
// and SMs, and the dearer measurements on a subset. Plain data; profiles/profile_json.h reads and writes it,
// profiles/stage_times.h answers questions from it.
//
// Every figure is measured. One that was not is absent (std::nullopt, null in JSON), never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "profiles/shape.h"
#include "workloads/task_set.h"

namespace daris {

struct GpuDescription {
  std::string name;                // as the driver says: "NVIDIA H100 80GB HBM3"
  std::string compute_capability;  // "9.0"
  std::string driver;
  std::uint32_t sms = 0;
  std::uint32_t group_sms =
      0;  // SMs of one group of a green-context split (8), 0 where green contexts were not seen
  std::uint32_t groups = 0;  // groups of that split (15)
  std::int64_t memory_bytes = 0;
  std::int64_t l2_bytes = 0;
  std::int32_t clock_mhz_start = 0;  // SM clock under load at the start of the sitting, and at its end
  std::int32_t clock_mhz_end = 0;
};

// Repeated measurements of one thing, in nanoseconds, in the order in which they were taken.
struct Samples {
  std::vector<std::int32_t> ns;
};

// Times alone of every stage, and of the whole model as one graph, on `sms` SMs. From one GPU event to the
// next in the graph's stream, with all of a round's launches waiting behind a gate: the launch call is not in
// it, the gap between two graphs (LaunchCosts::empty_graph_alone) is. Each round runs the stages in order, so
// weights and activations are as warm as in a run of jobs of one model. cuDNN tries its algorithms once in
// each process, and may choose others of nearly equal speed in the next: figures of different sittings,
// mechanisms mps and green, and the kernels (by a process of their own) differ by that too.
struct TimesAlone {
  Backend mechanism = Backend::kGreen;
  std::uint32_t sms = 0;
  std::optional<std::uint32_t> mps_percentage;  // the CUDA_MPS_ACTIVE_THREAD_PERCENTAGE that gave `sms`
  std::vector<Samples> stages;
  Samples whole;
};

// One kernel of a stage, by CUPTI, on all SMs.
struct KernelRecord {
  std::string name;
  std::uint32_t grid[3] = {1, 1, 1};
  std::uint32_t block[3] = {1, 1, 1};
  std::uint32_t registers_per_thread = 0;
  std::uint32_t shared_memory_bytes = 0;  // static + dynamic, a block
  std::int64_t duration_ns = 0;
};

// Hardware counters of one stage, by CUPTI's range profiler.
struct StageTraffic {
  std::int64_t dram_read_bytes = 0;
  std::int64_t dram_write_bytes = 0;
  std::int64_t l2_bytes = 0;
};

struct BatchProfile {
  std::uint32_t batch = 1;
  std::vector<TimesAlone> times;
  // On all SMs, with weights that the cache has not seen: each stage after the stages of many other copies of
  // the model.
  std::optional<std::vector<Samples>> cold_stages;
  std::optional<std::vector<std::vector<KernelRecord>>> kernels;  // by stage
  std::optional<std::vector<StageTraffic>> traffic;               // by stage
};

struct StageDescription {
  std::string name;
  std::vector<std::string> units;  // of the model's chain (workloads/model_catalog.h)
};

struct ModelProfile {
  std::string model;
  Precision precision = Precision::kTf32;
  std::vector<StageDescription> stages;
  std::int64_t weight_bytes = 0;
  std::vector<BatchProfile> batches;
};

// Every stage of a job in context 0 of `shape`, while all other contexts run `neighbour_model` in a closed
// loop of whole jobs.
struct NeighbourTime {
  std::string model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  std::string neighbour_model;
  Precision neighbour_precision = Precision::kTf32;
  std::uint32_t neighbour_batch = 1;
  Shape shape;                  // on all SMs
  std::vector<Samples> stages;  // of the victim, in context 0
};

// Jobs per second of a closed loop: every slot refilled on completion, no scheduler.
struct Saturation {
  std::string model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  Weights weights = Weights::kShared;
  bool staged = true;  // a graph a stage with the host between; else the whole model as one graph
  Shape shape = saturation_shape(Backend::kGreen);  // its `sms` is always given
  double jobs_per_s = 0;
};

// Host and launch costs, alone, by mechanism.
struct LaunchCosts {
  Backend mechanism = Backend::kGreen;
  Samples launch_call;        // the host's call alone, for a graph of one empty kernel
  Samples launch_to_noticed;  // launch of that graph until the host's poll sees its end
  Samples empty_graph_alone;  // that graph timed as stages are in TimesAlone: what of launch_to_noticed a
                              // stage's own time already has in it
};

struct Profile {
  std::string name;
  GpuDescription gpu;
  std::string command;                       // that made it; sittings joined by " ; "
  std::string date_utc;                      // of the last sitting
  std::string cuda, cudnn, libtorch, cupti;  // versions
  std::vector<ModelProfile> models;
  std::vector<NeighbourTime> neighbours;
  std::vector<Saturation> saturations;
  std::vector<LaunchCosts> launch_costs;
};

}  // namespace daris
