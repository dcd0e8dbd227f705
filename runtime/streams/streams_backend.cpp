#include "runtime/streams/streams_backend.h"

#include <cuda_runtime_api.h>

#include "gpu/check.h"
#include "gpu/probe.h"

namespace daris {
namespace {

constexpr std::uint32_t kToLaunchIn =
    0;  // purpose of a stream; purposes from 1 on are captures, one a priority

}  // namespace

std::vector<SlotStreams> StreamsBackend::slot_streams(const LiveWork& work, const MachineShape& shape,
                                                      const std::vector<ContextGrant>&) {
  int least = 0;
  int greatest = 0;
  DARIS_CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  const bool confined_by_green = shape.sms < machine().shape().sms;
  const auto stream = [&](std::uint32_t purpose, std::uint32_t slot, int priority) {
    if (!confined_by_green) return plain_stream(purpose, slot, priority);
    return machine().window_stream({purpose, 0, shape.groups, shape.groups}, slot, priority);
  };
  // Streams to launch in come first, since CUDA deals hardware queues out in turn as streams are made.
  std::vector<SlotStreams> slots;
  for (std::uint32_t slot = 0; slot < work.contexts * work.streams; ++slot)
    slots.push_back({stream(kToLaunchIn, slot, greatest), {}});
  // Torch keeps one workspace a stream, and graphs of two slots must not share one.
  for (std::uint32_t slot = 0; slot < slots.size(); ++slot) {
    std::uint32_t purpose = kToLaunchIn;
    for (int priority = greatest; priority <= least; ++priority)
      slots[slot].capture.push_back(stream(++purpose, slot, priority));
  }
  return slots;
}

CUstream StreamsBackend::plain_stream(std::size_t purpose, std::uint32_t slot, int priority) {
  if (plain_.size() <= purpose) plain_.resize(purpose + 1);
  std::vector<CUstream>& made = plain_[purpose];
  while (made.size() <= slot) {
    cudaStream_t stream = nullptr;
    DARIS_CUDA(cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking, priority));
    if (purpose == kToLaunchIn && made.empty())
      verified_sms_of_stream(stream, machine().shape().sms, "a plain stream on a GPU");
    made.push_back(stream);
  }
  return made[slot];
}

}  // namespace daris
