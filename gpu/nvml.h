// The parts of NVIDIA's management library that profiles and live runs need. The library is loaded at run
// time. Nothing here changes anything on the GPU.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace daris {

// Threads: any. If the library is missing, all functions return nullopt.
class Nvml {
 public:
  explicit Nvml(const char* library = "libnvidia-ml.so.1");
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  [[nodiscard]] bool loaded() const { return library_ != nullptr; }

  // "580.159.04"
  [[nodiscard]] std::optional<std::string> driver_version() const;
  // Takes `pci_bus_id` as CUDA gives it.
  [[nodiscard]] std::optional<std::int32_t> sm_clock_mhz(const std::string& pci_bus_id) const;
  // The energy since the driver was loaded; the counter moves every 20 to 100 ms.
  [[nodiscard]] std::optional<std::uint64_t> energy_mj(const std::string& pci_bus_id) const;
  // The memory that all processes together use on the GPU.
  [[nodiscard]] std::optional<std::uint64_t> memory_used_bytes(const std::string& pci_bus_id) const;

 private:
  [[nodiscard]] void* device(const std::string& pci_bus_id) const;  // null if there is none

  void* library_ = nullptr;
};

}  // namespace daris
