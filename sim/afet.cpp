#include "sim/afet.h"

#include <cstdint>

#include "drive/full_load_times.h"
#include "sim/closed_loop.h"

namespace daris {

std::vector<std::vector<Duration>> average_full_load_times(const GpuModel& gpu,
                                                           const HostLatencies& latencies) {
  constexpr std::uint32_t kRounds = 20;
  ClosedLoopSetup setup;
  setup.gpu = &gpu;
  setup.latencies = latencies;
  setup.rounds = kRounds;
  return full_load_times(run_closed_loop(setup), gpu.common_classes());
}

}  // namespace daris
