// The stages of one model in one slot, as CUDA graphs that can be launched one by one.
#pragma once

#include <ATen/core/Tensor.h>
#include <cuda.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "gpu/graph_capture.h"
#include "runtime/gpu/pinned_memory.h"
#include "runtime/gpu/slot_occupancy.h"
#include "runtime/gpu/stage_edges.h"
#include "workloads/models/staged_model.h"

namespace daris {

// Tells how a chain keeps the tensors that a job leaves in its memory. Launches of other jobs and chains
// write to that memory.
enum class Keeping {
  kNone,           // no chain of the slot hands anything on
  kWhenDisplaced,  // a launch that would write there saves them before
  kAlways,         // each stage stores what it leaves: the job may go on in another slot
};

struct ChainRequest {
  const StagedModel* model = nullptr;  // not owned; its weights live as long as the chain
  at::Tensor example;                  // an input, which chains begin with; on the GPU
  std::uint32_t batch = 1;
  CUstream stream = nullptr;  // of the capture; the graphs remember its green context and its priority
  int device = 0;
  c10::MempoolId_t pool;              // the slot's chains share it, since their graphs never overlap
  const StageEdges* edges = nullptr;  // not owned
  std::size_t slot = 0;
  bool copies = true;                   // there is host memory for the output
  PinnedMemory* host_memory = nullptr;  // not owned; for the output
  Keeping keeping = Keeping::kNone;
  ChainMemory memory;  // `pool`: the slot's number for it; `rank`: how many chains were made before this one
};

// Each stage is a graph with an edge at both ends, and the same graph with moves before it. Stage k reads
// what stage k - 1 left, in memory that no chain made later gets. Chains of the pool that were made earlier
// may work in that memory, since it was free again when this one was captured. So a job needs loads in two
// cases only. Another job went through the chain in between, or any job through a chain of the same pool and
// lower rank (runtime/gpu/slot_occupancy.h). REQUIRES: the GPU is done with all graphs when they are
// destroyed. Threads: captures of one process come one after the other.
class StageChain {
 public:
  // Captures, but runs no graph. The GPU must be waited for before the first launch. REQUIRES: the model has
  // run in `stream` before, so that handles and workspaces exist, and the algorithms are chosen
  // (gpu/algorithm_choices.h). Throws what Torch throws, and GpuError.
  explicit StageChain(const ChainRequest& request);

  [[nodiscard]] std::size_t stages() const { return graphs_.size(); }
  [[nodiscard]] std::uint32_t batch() const { return batch_; }
  [[nodiscard]] ChainMemory memory() const { return memory_; }
  // With moves the graph carries out saves, and the loads of stages behind the first. Without moves these
  // must not be ordered.
  [[nodiscard]] cudaGraphExec_t graph(std::size_t stage, bool moves) const {
    const Graphs& graphs = graphs_[stage];
    return (moves || graphs.without_moves == nullptr ? graphs.whole : graphs.without_moves).get();
  }

  // A block of memory with a row for each input; rows follow each other without gaps.
  struct Rows {
    std::byte* data = nullptr;
    std::size_t row_bytes = 0;
  };
  // A tensor that a stage hands on. In the frame of a job of n inputs it begins at n * frame_offset.
  struct Kept {
    Rows rows;
    std::size_t frame_offset = 0;
    bool fresh = false;  // this stage made it; else it was handed through and is in the frame already
  };
  [[nodiscard]] const Rows& input() const { return input_rows_; }
  [[nodiscard]] const std::vector<Kept>& left_by(std::size_t stage) const { return left_[stage]; }
  // Bytes of a job's frame for each of its inputs.
  [[nodiscard]] std::size_t frame_row_bytes() const { return frame_row_bytes_; }

  // Returns what the last stage gives, on the GPU.
  [[nodiscard]] const Rows& output_rows() const { return output_rows_; }
  // Host memory of the same shape; undefined if nothing is copied back.
  [[nodiscard]] const at::Tensor& output() const { return output_; }

 private:
  struct Graphs {
    GraphExec whole;
    GraphExec without_moves;  // null if the stage has no moves
  };

  void capture_stage(const ChainRequest& request, std::size_t stage, Tensors& state);
  void make_ready(const Graph& graph, std::size_t moves, cudaStream_t stream);
  [[nodiscard]] static std::size_t enqueue_moves(const ChainRequest& request, std::size_t stage,
                                                 const Tensors& state);
  [[nodiscard]] static std::size_t store_bytes(const ChainRequest& request, const Tensors& before,
                                               const Tensors& after, bool last);
  void note_left(const Tensors& state);
  [[nodiscard]] Rows rows_of(const at::Tensor& tensor) const;

  std::uint32_t batch_;
  ChainMemory memory_;
  GraphCapture capture_;  // before what lies in its pool
  at::Tensor input_;
  Tensors handed_on_;  // kept, so that no other graph of the pool gets their memory
  at::Tensor output_;
  Rows input_rows_;
  Rows output_rows_;
  std::vector<std::vector<Kept>> left_;               // by stage, without the last one
  std::map<const void*, std::size_t> frame_offsets_;  // of the tensors noted so far
  std::size_t frame_row_bytes_ = 0;
  std::vector<Graphs> graphs_;  // by stage
};

}  // namespace daris
