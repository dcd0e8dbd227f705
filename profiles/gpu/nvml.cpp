#include "profiles/gpu/nvml.h"

#include <dlfcn.h>

#include <array>

namespace daris {
namespace {

// The few declarations of NVML's stable interface that are needed, so that its header is not.
using Device = void*;
constexpr unsigned kSmClock = 1;  // NVML_CLOCK_SM

template <typename Function>
Function find(void* library, const char* name) {
  return library == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(library, name));
}

}  // namespace

Nvml::Nvml() : library_(dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL)) {
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

std::optional<std::int32_t> Nvml::sm_clock_mhz(const std::string& pci_bus_id) const {
  const auto find_device = find<int (*)(const char*, Device*)>(library_, "nvmlDeviceGetHandleByPciBusId_v2");
  const auto query = find<int (*)(Device, unsigned, unsigned*)>(library_, "nvmlDeviceGetClockInfo");
  Device device = nullptr;
  unsigned mhz = 0;
  if (find_device == nullptr || query == nullptr || find_device(pci_bus_id.c_str(), &device) != 0 ||
      query(device, kSmClock, &mhz) != 0)
    return std::nullopt;
  return static_cast<std::int32_t>(mhz);
}

}  // namespace daris
