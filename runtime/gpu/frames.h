// Device memory outside every graph, for what jobs hand from stage to stage when their slot runs something else meanwhile.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace daris {

// An order among streams: what is enqueued after before_use() comes after what was enqueued before the last after_use().
// Threads: one.
class UseOrder {
 public:
  UseOrder() = default;
  ~UseOrder();
  UseOrder(const UseOrder&) = delete;
  UseOrder& operator=(const UseOrder&) = delete;

  [[nodiscard]] cudaError_t before_use(CUstream stream) const noexcept;
  [[nodiscard]] cudaError_t after_use(CUstream stream) noexcept;

 private:
  cudaEvent_t event_ = nullptr;  // made when first used
  CUstream last_ = nullptr;
};

struct Frame {
  std::byte* data = nullptr;
  UseOrder order;
};

// Frames of one size. Grows when it runs out, which costs some 100 us. Threads: one.
class FramePool {
 public:
  explicit FramePool(std::size_t frame_bytes) : frame_bytes_(frame_bytes) {}
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  // Room for `frames` more, in one piece.
  [[nodiscard]] cudaError_t grow(std::size_t frames);
  // Null where the GPU's memory is full.
  [[nodiscard]] Frame* take();
  void give_back(Frame* frame) { free_.push_back(frame); }
  // As if every frame had been given back.
  void take_all_back();

 private:
  std::size_t frame_bytes_;
  std::vector<void*> blocks_;
  std::vector<std::unique_ptr<Frame>> frames_;
  std::vector<Frame*> free_;
};

}  // namespace daris
