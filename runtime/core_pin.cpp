#include "runtime/core_pin.h"

namespace daris {

CorePin::CorePin(std::optional<std::uint32_t> core) {
  if (!core || *core >= CPU_SETSIZE || sched_getaffinity(0, sizeof before_, &before_) != 0) return;
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(*core, &only);
  pinned_ = sched_setaffinity(0, sizeof only, &only) == 0;
}

CorePin::~CorePin() {
  if (pinned_) sched_setaffinity(0, sizeof before_, &before_);
}

std::optional<std::uint32_t> last_core() {
  cpu_set_t allowed{};
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return std::nullopt;
  std::uint32_t core = CPU_SETSIZE - 1;
  while (!CPU_ISSET(core, &allowed)) --core;
  return core;
}

}  // namespace daris
