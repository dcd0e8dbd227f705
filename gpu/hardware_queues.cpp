#include "gpu/hardware_queues.h"

#include <cstdlib>
#include <string>

#include "profiles/hardware_queue_counts.h"

namespace daris {

void ask_for_all_hardware_queues() {
  constexpr int kKeepWhatIsThere = 0;
  setenv("CUDA_DEVICE_MAX_CONNECTIONS", std::to_string(kAllHardwareQueues).c_str(), kKeepWhatIsThere);
}

}  // namespace daris
