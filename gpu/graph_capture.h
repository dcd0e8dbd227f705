// Captures CUDA graphs of what Torch enqueues, and releases the memory of destroyed ones.
#pragma once

#include <c10/core/Allocator.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

namespace daris {

template <typename Handle, cudaError_t (*kDestroy)(Handle)>
struct GraphDeleter {
  void operator()(Handle handle) const { kDestroy(handle); }
};
// A graph that was captured. It is of no more use once it is instantiated.
using Graph =
    std::unique_ptr<std::remove_pointer_t<cudaGraph_t>, GraphDeleter<cudaGraph_t, cudaGraphDestroy>>;
// A graph that can be launched.
using GraphExec = std::unique_ptr<std::remove_pointer_t<cudaGraphExec_t>,
                                  GraphDeleter<cudaGraphExec_t, cudaGraphExecDestroy>>;

// Captures graphs in one stream, whose memory comes from one pool of Torch. The pool keeps the memory as long
// as any capture into it lives, so this must outlive the graphs. Unlike at::cuda::CUDAGraph it launches
// nothing for random numbers, so a model that draws some can't be captured. Threads: one. At one time a pool
// serves one capture that is open.
class GraphCapture {
 public:
  // From here on Torch takes memory for `stream` from `pool`. Throws what Torch throws.
  GraphCapture(int device, c10::MempoolId_t pool, cudaStream_t stream);
  ~GraphCapture();
  GraphCapture(const GraphCapture&) = delete;
  GraphCapture& operator=(const GraphCapture&) = delete;

  // Captures what `body` enqueues. REQUIRES: it is open, and the stream is Torch's present one. If `body`
  // throws, the capture is ended before the exception goes on. Throws GpuError.
  [[nodiscard]] Graph capture(const std::function<void()>& body) const;

  // Torch takes memory for the stream from elsewhere again. Called once, after the last capture().
  void close();

 private:
  int device_;
  c10::MempoolId_t pool_;
  cudaStream_t stream_;
  bool open_ = true;
};

// `flags` are CUDA's. Throws GpuError.
[[nodiscard]] GraphExec instantiate(const Graph& graph, unsigned long long flags);

// Takes the first `nodes` out of the graph. Throws GpuError. REQUIRES: these nodes follow each other, before
// all others.
void remove_first(std::size_t nodes, const Graph& graph);

// Gives the memory of destroyed graphs back to the GPU. Waits for the GPU.
void release_graph_memory();

}  // namespace daris
