// A model as CUDA graphs in one stream: one graph for each stage, and one of the whole model.
#pragma once

#include <ATen/core/Tensor.h>
#include <cuda.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "gpu/graph_capture.h"
#include "workloads/models/staged_model.h"

namespace daris {

enum class Capture { kStages, kWhole, kBoth };

// The graphs belong to the green context of the stream in which they were captured. They share one memory
// pool, so they are for one slot: two of them must never run out of order. Stage k reads what stage k - 1
// wrote. Threads: captures of one process come one after the other. REQUIRES: the GPU is done with all graphs
// when this is destroyed.
class SlotGraphs {
 public:
  // Runs the model once in `stream` first, so that handles and workspaces exist. Throws what Torch throws.
  SlotGraphs(const StagedModel& model, std::uint32_t batch, CUstream stream, int device, Capture what);

  [[nodiscard]] const std::vector<cudaGraphExec_t>& stages() const { return stages_; }
  [[nodiscard]] cudaGraphExec_t whole() const { return whole_; }
  [[nodiscard]] CUstream stream() const { return stream_; }

  // All stages in a row, or the whole model as a chain of one.
  [[nodiscard]] std::vector<cudaGraphExec_t> chain(bool staged) const;

 private:
  cudaGraphExec_t keep(const Graph& graph);

  CUstream stream_;
  std::unique_ptr<GraphCapture> capture_;  // before what lies in its pool
  std::vector<at::Tensor> held_;  // inputs and outputs of stages: their memory must not serve another graph
  std::vector<GraphExec> graphs_;
  std::vector<cudaGraphExec_t> stages_;
  cudaGraphExec_t whole_ = nullptr;
};

}  // namespace daris
