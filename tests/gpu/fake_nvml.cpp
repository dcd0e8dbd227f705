// Stands in for libnvidia-ml.so.1: one GPU that draws 100 W. Its energy counter moves every 50 ms.
#include <time.h>

#include <cstring>

namespace {

constexpr unsigned kSmClock = 1;
constexpr int kNotFound = 6;
int the_gpu = 0;

struct Memory {
  unsigned long long total, free, used;
};

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): NVML's own names.
extern "C" {

int nvmlInit_v2() { return 0; }
int nvmlShutdown() { return 0; }

int nvmlSystemGetDriverVersion(char* text, unsigned size) {
  std::strncpy(text, "580.0", size);
  return 0;
}

int nvmlDeviceGetHandleByPciBusId_v2(const char* id, void** device) {
  if (std::strcmp(id, "0000:01:00.0") != 0) return kNotFound;
  *device = &the_gpu;
  return 0;
}

int nvmlDeviceGetClockInfo(void* device, unsigned clock, unsigned* mhz) {
  if (device != &the_gpu || clock != kSmClock) return kNotFound;
  *mhz = 1980;
  return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* mj) {
  if (device != &the_gpu) return kNotFound;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto ms = static_cast<unsigned long long>(now.tv_sec) * 1000 +
                  static_cast<unsigned long long>(now.tv_nsec) / 1'000'000;
  *mj = ms / 50 * 50 * 100;
  return 0;
}

int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
  if (device != &the_gpu) return kNotFound;
  *memory = {80'000'000'000, 77'000'000'000, 3'000'000'000};
  return 0;
}
}
// NOLINTEND(readability-identifier-naming)
