// The parameters of the contention model (schema daris.contention-model): data, fitted to measurements, each with its
// source. sim/contention.h says what they mean in the model; sim/fit/ makes them from a profile.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "policy/result.h"
#include "profiles/profile.h"

namespace daris {

struct Parameter {
  double value = 0;
  std::string source;  // how the value came about, for a reader of the file
};

// One mechanism's.
struct BackendContention {
  // Share of a stage's packed SM time (its time on the smallest profiled quota times that quota) that really keeps SMs
  // busy, in (0, 1]. Below 1 because even a small partition waits for memory and at the ends of kernels.
  Parameter packing{1.0, ""};
  // Slow-down for each unit of co-runners' demand on the same SMs, even where those would have room for all, >= 0: blocks
  // queue behind another stage's burst, caches of an SM are shared.
  Parameter friction{0.0, ""};
  // Slow-down for each unit of the others' demand on the whole machine, >= 0: L2, memory controllers, clock under load.
  Parameter pressure{0.0, ""};
};

struct ContentionParameters {
  std::string name;
  std::string gpu;      // as the profile's gpu.name: what they were fitted on
  std::string command;  // that made them
  // DRAM bandwidth, GB/s (bytes per ns). Stages whose traffic was measured share it. 0 where it shall not bind.
  Parameter dram_gb_per_s{0.0, ""};
  // Absent: not fitted for that mechanism.
  std::optional<BackendContention> green;
  std::optional<BackendContention> mps;
  std::optional<BackendContention> streams;

  [[nodiscard]] const std::optional<BackendContention>& of(Backend backend) const;
};

// Errors: as interfaces.md, "Input that is wrong".
[[nodiscard]] Result<ContentionParameters> read_contention(const std::filesystem::path& file);
[[nodiscard]] Result<ContentionParameters> parse_contention(const std::string& text, const std::string& origin);

// The same parameters give the same bytes.
[[nodiscard]] std::string write_contention(const ContentionParameters& parameters);

}  // namespace daris
