// NVIDIA's management library, loaded while running: what of it a profile records. Changes nothing on the GPU.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace daris {

// Threads: any. Where the library is missing every question has no answer.
class Nvml {
 public:
  Nvml();
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  // "580.159.04"
  [[nodiscard]] std::optional<std::string> driver_version() const;
  // `pci_bus_id` as CUDA gives it.
  [[nodiscard]] std::optional<std::int32_t> sm_clock_mhz(const std::string& pci_bus_id) const;

 private:
  void* library_ = nullptr;
};

}  // namespace daris
