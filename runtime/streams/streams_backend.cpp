#include "runtime/streams/streams_backend.h"

#include <cuda_runtime_api.h>

#include "profiles/gpu/check.h"

namespace daris {

std::vector<SlotStreams> StreamsBackend::slot_streams(const LiveWork& work, const MachineShape& shape,
                                                      const std::vector<ContextGrant>&) {
  int least = 0;
  int greatest = 0;
  DARIS_CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  const bool confined_by_green = shape.sms < machine().shape().sms;
  const auto stream = [&](std::uint32_t index, int priority) {
    if (!confined_by_green) return plain_stream(index, priority);
    return machine().window_stream({0, 0, shape.groups, shape.groups}, index, priority);
  };
  std::uint32_t index = 0;
  std::vector<CUstream> by_urgency;
  for (int priority = greatest; priority <= least; ++priority) by_urgency.push_back(stream(index++, priority));
  std::vector<SlotStreams> slots;
  for (std::uint32_t slot = 0; slot < work.contexts * work.streams; ++slot)
    slots.push_back({stream(index++, greatest), by_urgency});
  return slots;
}

CUstream StreamsBackend::plain_stream(std::size_t index, int priority) {
  if (index == plain_.size()) {
    cudaStream_t made = nullptr;
    DARIS_CUDA(cudaStreamCreateWithPriority(&made, cudaStreamNonBlocking, priority));
    plain_.push_back(made);
  }
  return plain_[index];
}

}  // namespace daris
