#include "runtime/green/green_backend.h"

#include <cuda_runtime_api.h>

#include "gpu/check.h"

namespace daris {

std::vector<SlotStreams> GreenBackend::slot_streams(const LiveWork& work, const MachineShape& shape,
                                                    const std::vector<ContextGrant>& grants) {
  int least = 0;
  int greatest = 0;
  DARIS_CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  std::vector<SlotStreams> slots;
  for (std::uint32_t context = 0; context < grants.size(); ++context) {
    const ContextGrant& grant = grants[context];
    for (std::uint32_t index = 0; index < work.streams; ++index) {
      const CUstream stream =
          machine().window_stream({context, grant.first_group, grant.groups, shape.groups}, index,
                                  work.is_urgent(context) ? greatest : least);
      slots.push_back(one_stream(stream));
    }
  }
  return slots;
}

}  // namespace daris
