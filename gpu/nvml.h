// NVIDIA's management library, loaded while running: what of it profiles and live runs record. Changes
// nothing on the GPU.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace daris {

// Threads: any. Where the library is missing every question has no answer.
class Nvml {
 public:
  explicit Nvml(const char* library = "libnvidia-ml.so.1");
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  [[nodiscard]] bool loaded() const { return library_ != nullptr; }

  // "580.159.04"
  [[nodiscard]] std::optional<std::string> driver_version() const;
  // `pci_bus_id` as CUDA gives it.
  [[nodiscard]] std::optional<std::int32_t> sm_clock_mhz(const std::string& pci_bus_id) const;
  // Since the driver was loaded; the counter moves every 20 to 100 ms.
  [[nodiscard]] std::optional<std::uint64_t> energy_mj(const std::string& pci_bus_id) const;
  // Of the whole GPU, by whatever process.
  [[nodiscard]] std::optional<std::uint64_t> memory_used_bytes(const std::string& pci_bus_id) const;

 private:
  [[nodiscard]] void* device(const std::string& pci_bus_id) const;  // null where there is none

  void* library_ = nullptr;
};

}  // namespace daris
