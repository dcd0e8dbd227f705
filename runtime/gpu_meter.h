// The power, clocks and memory of a GPU in the measured window of a live run, read beside the run.
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

// A figure that can't be read is absent.
struct GpuFigures {
  std::optional<double> power_w;  // mean over the window; absent if the window is shorter than a second
  std::optional<double> clock_mhz_begin, clock_mhz_end;  // of the SMs
  std::optional<std::uint64_t> memory_bytes;             // in use on the whole GPU at the window's end
};

// Measures one window, in a thread of its own. The thread exists from the constructor on, so that it does not
// inherit the pin of the thread that calls begin().
class GpuMeter {
 public:
  struct Window {
    Time begin, end;  // of `clock`
  };
  // REQUIRES: `nvml` and `clock` outlive it. If `pci_bus_id` is empty there is no GPU, and all figures are
  // absent.
  GpuMeter(const Nvml& nvml, std::string pci_bus_id, const RunClock& clock, Window window);
  ~GpuMeter();
  GpuMeter(const GpuMeter&) = delete;
  GpuMeter& operator=(const GpuMeter&) = delete;

  // Says that the clock has started anew. Does not wait.
  void begin();
  // Ends the window, if it has not ended yet; waits up to 150 ms for the energy counter to move.
  [[nodiscard]] GpuFigures finish();

 private:
  struct Reading {
    Time at;
    std::uint64_t energy_mj = 0;
  };

  void measure();
  // Returns false if finish() was called first.
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
  GpuFigures figures_;  // only the thread uses them until it has ended
  std::thread thread_;
};

}  // namespace daris
