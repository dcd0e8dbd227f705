#include "drive/runtime_figures.h"

#include <algorithm>
#include <cstddef>

namespace daris {

double host_share(const RuntimeFigures& figures, Duration window) {
  return static_cast<double>(figures.host_gap_ns.sum()) / static_cast<double>(window.ns());
}

void add(RuntimeFigures& to, const RuntimeFigures& from) {
  to.decision_ns.add(from.decision_ns);
  to.completion_to_launch_ns.add(from.completion_to_launch_ns);
  to.release_lateness_ns.add(from.release_lateness_ns);
  to.idle_turn_ns.add(from.idle_turn_ns);
  to.host_gap_ns.add(from.host_gap_ns);
  to.host_gap_in_call_ns.add(from.host_gap_in_call_ns);
  if (!to.clock_mhz_start) to.clock_mhz_start = from.clock_mhz_start;
  if (from.clock_mhz_end) to.clock_mhz_end = from.clock_mhz_end;
  to.energy_j = to.energy_j && from.energy_j ? std::optional(*to.energy_j + *from.energy_j) : std::nullopt;
  to.memory_bytes = std::max(to.memory_bytes, from.memory_bytes);
  to.context_memory_bytes.resize(std::max(to.context_memory_bytes.size(), from.context_memory_bytes.size()),
                                 0);
  for (std::size_t context = 0; context < from.context_memory_bytes.size(); ++context) {
    std::uint64_t& most = to.context_memory_bytes[context];
    most = std::max(most, from.context_memory_bytes[context]);
  }
}

}  // namespace daris
