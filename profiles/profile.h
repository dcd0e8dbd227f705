// Describes what one GPU was measured to do (schema daris.profile). It has stage times by model, precision,
// batch, backend and SMs, and costlier measurements on a subset. This is plain data. profiles/profile_json.h
// reads and writes it, and profiles/stage_times.h answers questions from it.
//
// Every figure is measured. One that was not is absent (std::nullopt, null in JSON), never 0. A backend is
// called "mechanism" in the document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "profiles/hardware_queue_counts.h"
#include "profiles/shape.h"
#include "workloads/task_set.h"

namespace daris {

struct GpuDescription {
  std::string name;                // as the driver says: "NVIDIA H100 80GB HBM3"
  std::string compute_capability;  // "9.0"
  std::string driver;
  std::uint32_t sms = 0;
  // SMs of one group of a green-context split (8); 0 if green contexts were not seen.
  std::uint32_t group_sms = 0;
  std::uint32_t groups = 0;  // groups of that split (15)
  std::int64_t memory_bytes = 0;
  std::int64_t l2_bytes = 0;
  std::int32_t clock_mhz_start = 0;  // SM clock under load at the start of the sitting, and at its end
  std::int32_t clock_mhz_end = 0;
};

// Where cuDNN chose the algorithms of what runs on green contexts.
enum class AlgorithmsOf {
  kWholeGpu,   // on all SMs, as profiles of before have it
  kPartition,  // in the partition itself, as a live run does
};

// What holds for all measurements of a profile.
struct ProfilingConditions {
  AlgorithmsOf algorithms = AlgorithmsOf::kWholeGpu;
  std::uint32_t hardware_queues = kDefaultHardwareQueues;  // of each process
  friend bool operator==(const ProfilingConditions&, const ProfilingConditions&) = default;
};

// Repeated measurements of one thing, in nanoseconds, in the order in which they were taken.
struct Samples {
  std::vector<std::int32_t> ns;
};

// Times alone of every stage, and of the whole model as one graph, on `sms` SMs. A time runs from one GPU
// event to the next in the graph's stream, and all launches of a round wait behind a gate. So it does not
// hold the launch call, but it holds the gap between two graphs (LaunchCosts::empty_graph_alone). Each round
// runs the stages in order, so weights and activations are as warm as in a run of jobs of one model.
//
// cuDNN tries its algorithms once in each process, and may choose others of nearly equal speed in the next.
// Figures of different sittings differ by that too. So do those of mps and green, and the kernels, which a
// process of their own measures.
struct TimesAlone {
  Backend backend = Backend::kGreen;
  std::uint32_t sms = 0;
  std::optional<std::uint32_t> mps_percentage;  // CUDA_MPS_ACTIVE_THREAD_PERCENTAGE that gave `sms`
  std::vector<Samples> stages;
  Samples whole;
};

// One kernel of a stage, by CUPTI, on all SMs.
struct KernelRecord {
  std::string name;
  std::uint32_t grid[3] = {1, 1, 1};
  std::uint32_t block[3] = {1, 1, 1};
  std::uint32_t registers_per_thread = 0;
  std::uint32_t shared_memory_bytes = 0;  // static and dynamic, for each block
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
  // On all SMs, with weights that the cache has not seen: each stage runs after the stages of many other
  // copies of the model.
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

// Jobs per second of a closed loop: every slot is refilled on completion, without a scheduler.
struct Saturation {
  std::string model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  Weights weights = Weights::kShared;
  // True: each stage is a graph, with the host between them; false: the whole model is one graph.
  bool staged = true;
  Shape shape = saturation_shape(Backend::kGreen);  // its `sms` is always given
  double jobs_per_s = 0;
};

// Host and launch costs of one backend, with nothing else running.
struct LaunchCosts {
  Backend backend = Backend::kGreen;
  Samples launch_call;        // the host's call alone, for a graph of one empty kernel
  Samples launch_to_noticed;  // from the launch of that graph until the host's poll sees its end
  // That graph timed as stages are in TimesAlone: a stage's own time already has this part of
  // launch_to_noticed in it.
  Samples empty_graph_alone;
};

struct Profile {
  std::string name;
  GpuDescription gpu;
  std::string command;   // the command that made it; those of several sittings are joined by " ; "
  std::string date_utc;  // of the last sitting
  std::string cuda, cudnn, libtorch, cupti;  // versions
  ProfilingConditions conditions;
  std::vector<ModelProfile> models;
  std::vector<NeighbourTime> neighbours;
  std::vector<Saturation> saturations;
  std::vector<LaunchCosts> launch_costs;
};

}  // namespace daris
