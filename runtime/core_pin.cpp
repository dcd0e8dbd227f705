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

std::vector<std::uint32_t> allowed_cores() {
  cpu_set_t allowed{};
  std::vector<std::uint32_t> cores;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return cores;
  for (std::uint32_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  }
  return cores;
}

std::optional<std::uint32_t> last_core() {
  const std::vector<std::uint32_t> cores = allowed_cores();
  if (cores.size() < 2) return std::nullopt;
  return cores.back();
}

}  // namespace daris
