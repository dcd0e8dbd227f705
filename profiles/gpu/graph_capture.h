// CUDA graphs by Torch's capture, and the memory of those that are gone.
#pragma once

#include <ATen/cuda/CUDAGraph.h>

#include <functional>
#include <memory>

namespace daris {

// Captures what `body` enqueues in Torch's current stream into a graph whose memory comes from `pool`. A capture that throws is
// ended before the exception goes on. Threads: captures of one process come one after the other.
[[nodiscard]] std::unique_ptr<at::cuda::CUDAGraph> capture_graph(at::cuda::MempoolId_t pool,
                                                                 const std::function<void()>& body);

// Gives the memory of graphs that are gone back to the GPU. Waits for the GPU.
void release_graph_memory();

}  // namespace daris
