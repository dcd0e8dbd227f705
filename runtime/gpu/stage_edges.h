// The kernels at both edges of a stage's graph: they bring in what the stage needs and take out what it leaves, as the host ordered
// before the launch, and stamp the times. So a stage is one launch, whatever has to be copied.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/gpu/stage_stamps.h"

namespace daris {

// Between any two places that the GPU reaches: its memory, pinned host memory.
struct EdgeCopy {
  void* to;
  const void* from;
  std::uint64_t bytes;
};

// What the slot's next stage is told, in host memory that the GPU reads. `copies`: the loads, then the stores.
struct EdgeOrders {
  static constexpr std::uint32_t kCopiesMax = 1024;
  std::uint32_t loads;
  std::uint32_t stores;
  EdgeCopy copies[kCopiesMax];
};

struct EdgeState;

// One slot's stages must follow each other. Threads: one. Throws GpuError.
class StageEdges {
 public:
  // `lines`: one a slot, whole pages; they are mapped for the GPU, and zeroed.
  StageEdges(std::shared_ptr<StampLine[]> lines, std::size_t slots);
  ~StageEdges();
  StageEdges(const StageEdges&) = delete;
  StageEdges& operator=(const StageEdges&) = delete;

  // Into a stream or a capture: the stage begins, and its loads are carried out; its stores are, and it ends.
  void enqueue_entry(cudaStream_t stream, std::size_t slot) const;
  void enqueue_exit(cudaStream_t stream, std::size_t slot) const;

  // REQUIRES, of who writes to it: the slot runs nothing.
  [[nodiscard]] EdgeOrders& orders(std::size_t slot) const { return orders_[slot]; }
  [[nodiscard]] const StampLine& line(std::size_t slot) const { return lines_[slot]; }

 private:
  std::shared_ptr<StampLine[]> lines_;
  StampLine* device_lines_ = nullptr;
  EdgeOrders* orders_ = nullptr;
  EdgeState* states_ = nullptr;  // by slot, in device memory
};

}  // namespace daris
