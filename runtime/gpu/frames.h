// Device memory of jobs in the system, outside every graph. A frame keeps what a job hands from stage to
// stage until the job ends.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <vector>

namespace daris {

// Frames of one size. The pool grows if it runs out, which costs some 100 us. Threads: one.
class FramePool {
 public:
  explicit FramePool(std::size_t frame_bytes) : frame_bytes_(frame_bytes) {}
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  // Makes room for `frames` more, in one piece.
  [[nodiscard]] cudaError_t grow(std::size_t frames);
  // Returns null if the GPU's memory is full. REQUIRES of who gave a frame back: the GPU is done with it too.
  [[nodiscard]] std::byte* take();
  void give_back(std::byte* frame) { free_.push_back(frame); }
  [[nodiscard]] std::size_t bytes() const { return frames_.size() * frame_bytes_; }
  // Puts all frames back as if every one had been given back.
  void take_all_back() { free_ = frames_; }

 private:
  std::size_t frame_bytes_;
  std::vector<void*> blocks_;
  std::vector<std::byte*> frames_;
  std::vector<std::byte*> free_;
};

}  // namespace daris
