#include "gpu/nvml.h"

#include <dlfcn.h>

#include <array>

namespace daris {
namespace {

// The few declarations of NVML's stable interface that are needed here. With them NVML's header is not
// needed.
using Device = void*;
constexpr unsigned kSmClock = 1;  // NVML_CLOCK_SM
struct Memory {                   // nvmlMemory_t
  unsigned long long total, free, used;
};

template <typename Function>
Function find(void* library, const char* name) {
  return library == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(library, name));
}

}  // namespace

Nvml::Nvml(const char* library) : library_(dlopen(library, RTLD_NOW | RTLD_LOCAL)) {
  const auto initialize = find<int (*)()>(library_, "nvmlInit_v2");
  if (initialize != nullptr && initialize() == 0) return;
  if (library_ != nullptr) dlclose(library_);
  library_ = nullptr;
}

Nvml::~Nvml() {
  if (library_ == nullptr) return;
  if (const auto shut_down = find<int (*)()>(library_, "nvmlShutdown"); shut_down != nullptr) shut_down();
  dlclose(library_);
}

std::optional<std::string> Nvml::driver_version() const {
  const auto query = find<int (*)(char*, unsigned)>(library_, "nvmlSystemGetDriverVersion");
  std::array<char, 80> text{};
  if (query == nullptr || query(text.data(), text.size()) != 0) return std::nullopt;
  return std::string(text.data());
}

void* Nvml::device(const std::string& pci_bus_id) const {
  const auto find_device = find<int (*)(const char*, Device*)>(library_, "nvmlDeviceGetHandleByPciBusId_v2");
  Device device = nullptr;
  if (find_device == nullptr || find_device(pci_bus_id.c_str(), &device) != 0) return nullptr;
  return device;
}

std::optional<std::int32_t> Nvml::sm_clock_mhz(const std::string& pci_bus_id) const {
  const auto query = find<int (*)(Device, unsigned, unsigned*)>(library_, "nvmlDeviceGetClockInfo");
  const Device gpu = device(pci_bus_id);
  unsigned mhz = 0;
  if (gpu == nullptr || query == nullptr || query(gpu, kSmClock, &mhz) != 0) return std::nullopt;
  return static_cast<std::int32_t>(mhz);
}

std::optional<std::uint64_t> Nvml::energy_mj(const std::string& pci_bus_id) const {
  const auto query =
      find<int (*)(Device, unsigned long long*)>(library_, "nvmlDeviceGetTotalEnergyConsumption");
  const Device gpu = device(pci_bus_id);
  unsigned long long mj = 0;
  if (gpu == nullptr || query == nullptr || query(gpu, &mj) != 0) return std::nullopt;
  return mj;
}

std::optional<std::uint64_t> Nvml::memory_used_bytes(const std::string& pci_bus_id) const {
  const auto query = find<int (*)(Device, Memory*)>(library_, "nvmlDeviceGetMemoryInfo");
  const Device gpu = device(pci_bus_id);
  Memory memory{};
  if (gpu == nullptr || query == nullptr || query(gpu, &memory) != 0) return std::nullopt;
  return memory.used;
}

}  // namespace daris
