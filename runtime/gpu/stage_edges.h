// What surrounds a stage on the GPU: kernels that stamp when it begins and ends, and carry out the copies
// that the host orders before the launch.
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

// What the slot's next stage is told, in host memory that the GPU reads. `copies`: saves, loads, stores, in
// this order.
struct EdgeOrders {
  static constexpr std::uint32_t kCopiesMax = 1024;
  std::uint32_t saves;   // of what other jobs left in the slot, carried out before the loads
  std::uint32_t loads;   // of what the stage reads
  std::uint32_t stores;  // of what it leaves
  EdgeCopy copies[kCopiesMax];
};

struct EdgeState;

// Every kernel waits for its turn among those of other slots, so a stage has as few and as small ones as will
// do: a graph with saves and loads is for where there are any. One slot's stages must follow each other.
// Threads: one.
class StageEdges {
 public:
  // `lines`: one a slot, whole pages; they are mapped for the GPU, and zeroed. Throws GpuError.
  StageEdges(std::shared_ptr<StampLine[]> lines, std::size_t slots);
  ~StageEdges();
  StageEdges(const StageEdges&) = delete;
  StageEdges& operator=(const StageEdges&) = delete;

  // Of a capture, in this order: saves and loads, one kernel each, the latter sized for so many bytes; the
  // stage begins with the first one. The entry: it begins, if it has not yet, and where `load_bytes` are
  // given carries the loads out itself. The exit: stores, and its end. Throw GpuError.
  void enqueue_saves(cudaStream_t stream, std::size_t slot) const;
  void enqueue_loads(cudaStream_t stream, std::size_t slot, std::size_t bytes) const;
  void enqueue_entry(cudaStream_t stream, std::size_t slot, std::size_t load_bytes) const;
  void enqueue_exit(cudaStream_t stream, std::size_t slot, std::size_t store_bytes) const;

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
