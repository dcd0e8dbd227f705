#include "gpu/graph_capture.h"

#include <c10/cuda/CUDACachingAllocator.h>

#include <exception>
#include <string>

#include "gpu/check.h"

namespace daris {

std::unique_ptr<at::cuda::CUDAGraph> capture_graph(at::cuda::MempoolId_t pool,
                                                   const std::function<void()>& body) {
  constexpr bool kKeepGraph = true;
  auto graph = std::make_unique<at::cuda::CUDAGraph>(kKeepGraph);
  graph->capture_begin(pool, cudaStreamCaptureModeThreadLocal);
  try {
    body();
  } catch (...) {
    try {
      graph->capture_end();
    } catch (const std::exception&) {  // the first error says more
    }
    throw;
  }
  graph->capture_end();
  graph->instantiate();
  return graph;
}

GraphExec without_first(std::size_t nodes, at::cuda::CUDAGraph& graph) {
  cudaGraph_t clone = nullptr;
  DARIS_CUDA(cudaGraphClone(&clone, graph.raw_cuda_graph()));
  const std::unique_ptr<std::remove_pointer_t<cudaGraph_t>, cudaError_t (*)(cudaGraph_t)> owned(
      clone, cudaGraphDestroy);
  for (std::size_t node = 0; node < nodes; ++node) {
    std::size_t count = 0;
    DARIS_CUDA(cudaGraphGetRootNodes(clone, nullptr, &count));
    if (count != 1) throw GpuError("a graph does not begin with one node but with " + std::to_string(count));
    cudaGraphNode_t root = nullptr;
    DARIS_CUDA(cudaGraphGetRootNodes(clone, &root, &count));
    DARIS_CUDA(cudaGraphDestroyNode(root));
  }
  cudaGraphExec_t exec = nullptr;
  DARIS_CUDA(cudaGraphInstantiate(&exec, clone, 0));
  return GraphExec(exec);
}

void release_graph_memory() {
  DARIS_CUDA(cudaDeviceSynchronize());
  c10::cuda::CUDACachingAllocator::emptyCache();
}

}  // namespace daris
