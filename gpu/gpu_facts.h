// The GPU and the libraries that this process has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace daris {

struct GpuFacts {
  std::string name;
  std::string compute_capability;  // "9.0"
  std::string pci_bus_id;
  std::optional<std::string> driver;  // absent if NVIDIA's management library is missing
  std::uint32_t sms = 0;              // that this process sees: under MPS the share of its client
  std::int64_t memory_bytes = 0;
  std::int64_t l2_bytes = 0;
  std::string cuda, cudnn, libtorch;  // versions
};

// Says why there is no GPU to work with; nullopt if there is one.
[[nodiscard]] std::optional<std::string> no_gpu();

// Returns the number of GPUs; 0 also if CUDA does not work.
[[nodiscard]] int gpu_count();

// REQUIRES: 0 <= device < gpu_count(). Throws GpuError.
[[nodiscard]] GpuFacts gpu_facts(int device);

}  // namespace daris
