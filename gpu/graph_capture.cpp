#include "gpu/graph_capture.h"

#include <c10/cuda/CUDACachingAllocator.h>

#include <string>
#include <utility>

#include "base/check.h"
#include "gpu/check.h"

namespace daris {

GraphCapture::GraphCapture(int device, c10::MempoolId_t pool, cudaStream_t stream)
    : device_(device), pool_(pool), stream_(stream) {
  c10::cuda::CUDACachingAllocator::beginAllocateToPool(
      static_cast<c10::DeviceIndex>(device_), pool_,
      [stream](cudaStream_t other) { return other == stream; });
}

GraphCapture::~GraphCapture() {
  close();
  c10::cuda::CUDACachingAllocator::releasePool(static_cast<c10::DeviceIndex>(device_), pool_);
}

void GraphCapture::close() {
  if (std::exchange(open_, false))
    c10::cuda::CUDACachingAllocator::endAllocateToPool(static_cast<c10::DeviceIndex>(device_), pool_);
}

Graph GraphCapture::capture(const std::function<void()>& body) const {
  DARIS_CHECK(open_);
  DARIS_CUDA(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal));
  cudaGraph_t graph = nullptr;
  try {
    body();
  } catch (...) {  // the first error says more than one of the end
    cudaStreamEndCapture(stream_, &graph);
    static_cast<void>(Graph(graph));
    throw;
  }
  DARIS_CUDA(cudaStreamEndCapture(stream_, &graph));
  return Graph(graph);
}

GraphExec instantiate(const Graph& graph, unsigned long long flags) {
  cudaGraphExec_t exec = nullptr;
  DARIS_CUDA(cudaGraphInstantiate(&exec, graph.get(), flags));
  return GraphExec(exec);
}

void remove_first(std::size_t nodes, const Graph& graph) {
  for (std::size_t node = 0; node < nodes; ++node) {
    std::size_t count = 0;
    DARIS_CUDA(cudaGraphGetRootNodes(graph.get(), nullptr, &count));
    if (count != 1) throw GpuError("a graph does not begin with one node but with " + std::to_string(count));
    cudaGraphNode_t root = nullptr;
    DARIS_CUDA(cudaGraphGetRootNodes(graph.get(), &root, &count));
    DARIS_CUDA(cudaGraphDestroyNode(root));
  }
}

void release_graph_memory() {
  DARIS_CUDA(cudaDeviceSynchronize());
  c10::cuda::CUDACachingAllocator::emptyCache();
}

}  // namespace daris
