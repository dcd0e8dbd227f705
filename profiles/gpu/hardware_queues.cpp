#include "profiles/gpu/hardware_queues.h"

#include <cstdlib>

namespace daris {

void ask_for_all_hardware_queues() {
  constexpr int kKeepWhatIsThere = 0;
  setenv("CUDA_DEVICE_MAX_CONNECTIONS", "32", kKeepWhatIsThere);
}

}  // namespace daris
