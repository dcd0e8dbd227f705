#include "runtime/gpu_meter.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace daris {
namespace {

constexpr Duration kWindowLeast = Duration::from_ns(kNsPerSecond);
constexpr std::chrono::milliseconds kBetweenReadings{2};
constexpr Duration kCounterStillMax = Duration::from_ns(150'000'000);

}  // namespace

GpuMeter::GpuMeter(const Nvml& nvml, std::string pci_bus_id, const RunClock& clock, Window window)
    : nvml_(nvml), pci_bus_id_(std::move(pci_bus_id)), clock_(clock), window_(window) {
  if (nvml_.loaded() && !pci_bus_id_.empty()) thread_ = std::thread([this] { measure(); });
}

GpuMeter::~GpuMeter() { (void)finish(); }

void GpuMeter::begin() {
  const std::lock_guard lock(mutex_);
  begun_ = true;
  changed_.notify_all();
}

GpuFigures GpuMeter::finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  return figures_;
}

bool GpuMeter::wait_until(Time time) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return begun_ || finishing_; });
  while (!finishing_ && clock_.now() < time) {
    changed_.wait_for(lock, std::chrono::nanoseconds((time - clock_.now()).ns()));
  }
  return !finishing_;
}

// Reads the counter when it moves, since only then its value is of this moment.
std::optional<GpuMeter::Reading> GpuMeter::next_reading() const {
  const std::optional<std::uint64_t> first = nvml_.energy_mj(pci_bus_id_);
  const Time give_up = clock_.now() + kCounterStillMax;
  std::optional<std::uint64_t> energy = first;
  while (energy && energy == first && clock_.now() < give_up) {
    std::this_thread::sleep_for(kBetweenReadings);
    energy = nvml_.energy_mj(pci_bus_id_);
  }
  if (!energy) return std::nullopt;
  return Reading{clock_.now(), *energy};
}

void GpuMeter::measure() {
  if (!wait_until(window_.begin)) return;
  figures_.clock_mhz_begin = nvml_.sm_clock_mhz(pci_bus_id_);
  const std::optional<Reading> first = next_reading();
  (void)wait_until(window_.end);
  figures_.clock_mhz_end = nvml_.sm_clock_mhz(pci_bus_id_);
  figures_.memory_bytes = nvml_.memory_used_bytes(pci_bus_id_);
  if (std::min(clock_.now(), window_.end) - window_.begin < kWindowLeast) return;
  const std::optional<Reading> last = next_reading();
  if (!first || !last || first->at >= last->at) return;
  const double mj = static_cast<double>(last->energy_mj - first->energy_mj);
  figures_.power_w = mj * 1e6 / static_cast<double>((last->at - first->at).ns());
}

}  // namespace daris
