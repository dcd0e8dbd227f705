#include "profiles/profiler/gpu/busy_slots.h"

#include <cuda_runtime_api.h>

#include <chrono>
#include <thread>

#include "gpu/check.h"

namespace daris {

BusySlots::BusySlots(const StagedModel& model, std::uint32_t batch, std::span<const CUstream> streams,
                     int device) {
  for (const CUstream stream : streams) {
    graphs_.push_back(std::make_unique<SlotGraphs>(model, batch, stream, device, Capture::kWhole));
    slots_.push_back({stream, {graphs_.back()->chain(false)}});
  }
  loop_ = std::async(std::launch::async, [this, device] {
    DARIS_CUDA(cudaSetDevice(device));
    keep_busy(slots_, stop_, running_);
  });
  while (!running_.load() && loop_.wait_for(std::chrono::milliseconds(0)) != std::future_status::ready)
    std::this_thread::yield();
}

BusySlots::~BusySlots() {
  stop_ = true;
  if (loop_.valid()) loop_.wait();
}

void BusySlots::end() {
  stop_ = true;
  loop_.get();
}

}  // namespace daris
