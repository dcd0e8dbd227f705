// Captures CUDA graphs by Torch, and releases the memory of destroyed ones.
#pragma once

#include <ATen/cuda/CUDAGraph.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

namespace daris {

// Captures what `body` enqueues in Torch's current stream into a graph whose memory comes from `pool`, and
// makes it ready to be launched. The uninstantiated graph is kept too, for without_first(). If `body` throws,
// the capture is ended before the exception goes on. Threads: captures of one process come one after the
// other.
[[nodiscard]] std::unique_ptr<at::cuda::CUDAGraph> capture_graph(at::cuda::MempoolId_t pool,
                                                                 const std::function<void()>& body);

struct GraphExecDeleter {
  void operator()(cudaGraphExec_t exec) const { cudaGraphExecDestroy(exec); }
};
using GraphExec = std::unique_ptr<std::remove_pointer_t<cudaGraphExec_t>, GraphExecDeleter>;

// The same graph, over the same memory, without its first `nodes`. Throws GpuError. REQUIRES: these nodes
// follow each other, before all others.
[[nodiscard]] GraphExec without_first(std::size_t nodes, at::cuda::CUDAGraph& graph);

// Gives the memory of destroyed graphs back to the GPU. Waits for the GPU.
void release_graph_memory();

}  // namespace daris
