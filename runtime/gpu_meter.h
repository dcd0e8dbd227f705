// What a GPU draws and holds during the measured window of a live run, read beside it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/time.h"
#include "gpu/nvml.h"
#include "runtime/run_clock.h"

namespace daris {

// What can't be read is absent.
struct GpuFigures {
  std::optional<double> power_w;  // mean over the window; absent where that is shorter than a second
  std::optional<double> clock_mhz_begin, clock_mhz_end;  // of the SMs
  std::optional<std::uint64_t> memory_bytes;             // in use on the whole GPU at the window's end
};

// Reads in a thread of its own, which exists from the constructor on, so that it does not take over a pin of
// the thread that calls begin(). One window.
class GpuMeter {
 public:
  struct Window {
    Time begin, end;  // of `clock`
  };
  // REQUIRES: `nvml` and `clock` outlive it. `pci_bus_id` empty: there is no GPU, all figures are absent.
  GpuMeter(const Nvml& nvml, std::string pci_bus_id, const RunClock& clock, Window window);
  ~GpuMeter();
  GpuMeter(const GpuMeter&) = delete;
  GpuMeter& operator=(const GpuMeter&) = delete;

  // The clock has started anew. Does not wait.
  void begin();
  // Ends the window, if it has not ended yet; waits up to 150 ms for the energy counter to move.
  [[nodiscard]] GpuFigures finish();

 private:
  struct Reading {
    Time at;
    std::uint64_t energy_mj = 0;
  };

  void measure();
  // False: finish() was called before.
  bool wait_until(Time time);
  [[nodiscard]] std::optional<Reading> next_reading() const;

  const Nvml& nvml_;
  std::string pci_bus_id_;
  const RunClock& clock_;
  Window window_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool begun_ = false;
  bool finishing_ = false;
  GpuFigures figures_;  // the thread's until it has ended
  std::thread thread_;
};

}  // namespace daris
