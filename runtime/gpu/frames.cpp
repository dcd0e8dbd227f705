#include "runtime/gpu/frames.h"

namespace daris {

UseOrder::~UseOrder() {
  if (event_ != nullptr) cudaEventDestroy(event_);
}

cudaError_t UseOrder::before_use(CUstream stream) const noexcept {
  if (last_ == nullptr || last_ == stream) return cudaSuccess;
  return cudaStreamWaitEvent(stream, event_, 0);
}

cudaError_t UseOrder::after_use(CUstream stream) noexcept {
  if (event_ == nullptr) {
    const cudaError_t made = cudaEventCreateWithFlags(&event_, cudaEventDisableTiming);
    if (made != cudaSuccess) return made;
  }
  last_ = stream;
  return cudaEventRecord(event_, stream);
}

FramePool::~FramePool() {
  for (void* block : blocks_) cudaFree(block);
}

cudaError_t FramePool::grow(std::size_t frames) {
  void* block = nullptr;
  const cudaError_t status = cudaMalloc(&block, frames * frame_bytes_);
  if (status != cudaSuccess) return status;
  blocks_.push_back(block);
  for (std::size_t index = 0; index < frames; ++index) {
    frames_.push_back(std::make_unique<Frame>());
    frames_.back()->data = static_cast<std::byte*>(block) + index * frame_bytes_;
    free_.push_back(frames_.back().get());
  }
  free_.reserve(frames_.size());
  return cudaSuccess;
}

void FramePool::take_all_back() {
  free_.clear();
  for (const std::unique_ptr<Frame>& frame : frames_) free_.push_back(frame.get());
}

Frame* FramePool::take() {
  constexpr std::size_t kMore = 8;
  if (free_.empty() && grow(kMore) != cudaSuccess) return nullptr;
  Frame* const frame = free_.back();
  free_.pop_back();
  return frame;
}

}  // namespace daris
