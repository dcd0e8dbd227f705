#include "profiles/gpu/graph_capture.h"

#include <c10/cuda/CUDACachingAllocator.h>

#include <exception>

#include "profiles/gpu/check.h"

namespace daris {

std::unique_ptr<at::cuda::CUDAGraph> capture_graph(at::cuda::MempoolId_t pool, const std::function<void()>& body) {
  auto graph = std::make_unique<at::cuda::CUDAGraph>();
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
  return graph;
}

void release_graph_memory() {
  DARIS_CUDA(cudaDeviceSynchronize());
  c10::cuda::CUDACachingAllocator::emptyCache();
}

}  // namespace daris
