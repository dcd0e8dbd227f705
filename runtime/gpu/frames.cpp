#include "runtime/gpu/frames.h"

namespace daris {

FramePool::~FramePool() {
  for (void* block : blocks_) cudaFree(block);
}

cudaError_t FramePool::grow(std::size_t frames) {
  void* block = nullptr;
  const cudaError_t status = cudaMalloc(&block, frames * frame_bytes_);
  if (status != cudaSuccess) return status;
  blocks_.push_back(block);
  for (std::size_t index = 0; index < frames; ++index)
    frames_.push_back(static_cast<std::byte*>(block) + index * frame_bytes_);
  free_.reserve(frames_.size());
  free_.insert(free_.end(), frames_.end() - static_cast<std::ptrdiff_t>(frames), frames_.end());
  return cudaSuccess;
}

std::byte* FramePool::take() {
  constexpr std::size_t kMore = 8;
  if (free_.empty() && grow(kMore) != cudaSuccess) return nullptr;
  std::byte* const frame = free_.back();
  free_.pop_back();
  return frame;
}

}  // namespace daris
