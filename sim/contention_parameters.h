// The parameters of the contention model (schema daris.contention-model): data fitted to measurements, each
// with its source. sim/contention.h says what they mean in the model; sim/fit/ makes them from a profile.
#pragma once

#include <filesystem>
#include <optional>
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
};

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
