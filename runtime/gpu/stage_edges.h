// The kernels around a stage on the GPU. They stamp when it begins and ends, and carry out the copies that
// the host orders before the launch.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/gpu/stage_stamps.h"

namespace daris {

// A copy between any two places that the GPU reaches: its memory and pinned host memory.
struct EdgeCopy {
  void* to;
  const void* from;
  std::uint64_t bytes;
};

// The orders for the slot's next stage, in host memory that the GPU reads. `copies` has saves, loads and
// stores, in this order.
struct EdgeOrders {
  static constexpr std::uint32_t kCopiesMax = 1024;
  std::uint32_t saves;   // of what other jobs left in the slot, carried out before the loads
  std::uint32_t loads;   // of what the stage reads
  std::uint32_t stores;  // of what it leaves
  EdgeCopy copies[kCopiesMax];
};

struct EdgeState;

// Every kernel waits for its turn among those of other slots, so a stage has as few and as small ones as will
// do. The graph with saves and loads is launched only if there are any. One slot's stages must follow each
// other. Threads: one.
class StageEdges {
 public:
  // `lines` has one line a slot, in whole pages. They are mapped for the GPU, and zeroed. Throws GpuError.
  StageEdges(std::shared_ptr<StampLine[]> lines, std::size_t slots);
  ~StageEdges();
  StageEdges(const StageEdges&) = delete;
  StageEdges& operator=(const StageEdges&) = delete;

  // Called in a capture, in this order. Saves and loads are one kernel each; that of the loads is sized for
  // so many bytes. The stage begins with the first kernel. The entry begins the stage if no kernel did; if
  // `load_bytes` is not 0, it carries the loads out itself. The exit carries the stores out and ends the
  // stage. They throw GpuError.
  void enqueue_saves(cudaStream_t stream, std::size_t slot) const;
  void enqueue_loads(cudaStream_t stream, std::size_t slot, std::size_t bytes) const;
  void enqueue_entry(cudaStream_t stream, std::size_t slot, std::size_t load_bytes) const;
  void enqueue_exit(cudaStream_t stream, std::size_t slot, std::size_t store_bytes) const;

  // REQUIRES of who writes to them: the slot runs nothing.
  [[nodiscard]] EdgeOrders& orders(std::size_t slot) const { return orders_[slot]; }
  [[nodiscard]] const StampLine& line(std::size_t slot) const { return lines_[slot]; }

 private:
  std::shared_ptr<StampLine[]> lines_;
  StampLine* device_lines_ = nullptr;
  EdgeOrders* orders_ = nullptr;
  EdgeState* states_ = nullptr;  // by slot, in device memory
};

}  // namespace daris
