// The parameters of the contention model (schema daris.contention-model): data fitted to measurements, each
// with its source. sim/contention.h says what they mean in the model; sim/fit/ makes them from a profile.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "profiles/profile.h"

namespace daris {

struct Parameter {
  double value = 0;
  std::string source;  // how the value came about, for a reader of the file
};

// The parameters of one backend.
struct BackendContention {
  // The L2 cache and the memory behind it deliver this, in GB/s (bytes per ns), > 0. The less that is, the
  // more do stages with much traffic slow each other down.
  Parameter cache_gb_per_s{1e6, ""};
  // Bringing one kernel to its SMs takes so much longer while another stage runs, >= 0.
  Parameter handover_ns{0.0, ""};
  // A stage of longer kernels gets more of shared SMs by this exponent, in [0, 2]. With 0 it gets as much as
  // any other.
  Parameter turns{0.0, ""};
  // Hardware queues of one process, >= 1. Streams beyond them share queues. What is in one queue runs one
  // after the other.
  Parameter hardware_queues{8, ""};
  // How much any stage waits while others use the cache, whatever its own traffic, >= 0: a load takes longer
  // if much is asked of the memory, and small kernels do little but wait for loads.
  Parameter latency{0.0, ""};
  // The share of an SM that one stage's blocks use while they are on it, in [0, 1]. The rest is what they
  // wait for memory, and for the last blocks of a kernel; another stage's blocks use it. With 0 stages share
  // SMs at no cost.
  Parameter fill{1.0, ""};
  // How much more of its SMs a stage asks for on windows that are wider than it can fill, in [0, 1]: its busy
  // share is raised to the power of 1 less this. Kernels of few blocks leave SMs half used that nobody fills.
  Parameter spread{0.0, ""};
  // Stages of several contexts on the same SMs take longer by this share if all others there are of other
  // contexts, >= 0.
  Parameter crossing{0.0, ""};
  // How much more of shared SMs a stage gets than one that the hardware puts behind it: a factor, up to 100.
  // Up to 1 nobody goes first. Streams go by level, and urgent contexts before others. Over several levels it
  // is at most 1024 in all.
  Parameter priority{0.0, ""};
  // What a launch of a live run takes before its first kernel, beyond the profile's empty launch, >= 0 each:
  // any launch, each kernel of its graph, and a first stage, which copies inputs in.
  Parameter launch_ns{0.0, ""};
  Parameter kernel_launch_ns{0.0, ""};
  Parameter input_ns{0.0, ""};
  // How long the host's one thread is busy, >= 0 each: with an event, with any launch, and with each kernel
  // of the launch's graph. What happens meanwhile waits for it.
  Parameter host_event_ns{0.0, ""};
  Parameter host_launch_ns{0.0, ""};
  Parameter host_kernel_ns{0.0, ""};
};

// The parameters that files of before them lack, with the range of each. Without them they do nothing.
struct NewerParameter {
  const char* key;
  Parameter BackendContention::*parameter;
  double max;
};
[[nodiscard]] std::span<const NewerParameter> newer_parameters();

struct ContentionParameters {
  std::string name;
  std::string gpu;      // as the profile's gpu.name: what they were fitted on
  std::string command;  // that made them
  // Absent if not fitted for that backend.
  std::optional<BackendContention> green;
  std::optional<BackendContention> mps;
  std::optional<BackendContention> streams;

  [[nodiscard]] const std::optional<BackendContention>& of(Backend backend) const;
};

// Errors: as docs/formats.md, "Input that is wrong".
[[nodiscard]] Result<ContentionParameters> read_contention(const std::filesystem::path& file);
[[nodiscard]] Result<ContentionParameters> parse_contention(const std::string& text,
                                                            const std::string& origin);

// The same parameters give the same bytes.
[[nodiscard]] std::string write_contention(const ContentionParameters& parameters);

}  // namespace daris
