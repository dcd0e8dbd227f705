#include "profiles/profiler/gpu/launch_timer.h"

#include <chrono>

#include "gpu/check.h"
#include "gpu/mapped_words.h"
#include "gpu/probe.h"

namespace daris {
namespace {

constexpr std::uint32_t kSamples = 500;

cudaGraphExec_t capture_empty(CUstream stream) {
  launch_empty_kernel(stream);  // loads it before the capture
  DARIS_CUDA(cudaStreamSynchronize(stream));
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  DARIS_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  launch_empty_kernel(stream);
  DARIS_CUDA(cudaStreamEndCapture(stream, &graph));
  DARIS_CUDA(cudaGraphInstantiate(&executable, graph, 0));
  DARIS_CUDA(cudaGraphDestroy(graph));
  return executable;
}

std::int32_t ns_since(std::chrono::steady_clock::time_point start) {
  const auto passed = std::chrono::steady_clock::now() - start;
  return static_cast<std::int32_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(passed).count());
}

}  // namespace

LaunchCosts measure_launch(CUstream stream, ChainTimer& timer) {
  const cudaGraphExec_t graph = capture_empty(stream);
  MappedWords flag(1);
  LaunchCosts costs;
  constexpr std::uint32_t kWarm = 100;
  for (std::uint32_t round = 1; round <= kWarm + kSamples; ++round) {
    const auto start = std::chrono::steady_clock::now();
    DARIS_CUDA(cudaGraphLaunch(graph, stream));
    const std::int32_t call_ns = ns_since(start);
    flag.enqueue_write(stream, 0, round);
    while (flag.load(0) != round) {
    }
    const std::int32_t noticed_ns = ns_since(start);
    if (round <= kWarm) continue;
    costs.launch_call.ns.push_back(call_ns);
    costs.launch_to_noticed.ns.push_back(noticed_ns);
  }
  costs.empty_graph_alone = timer.measure(stream, {&graph, 1}, kSamples).front();
  DARIS_CUDA(cudaStreamSynchronize(stream));
  DARIS_CUDA(cudaGraphExecDestroy(graph));
  return costs;
}

}  // namespace daris
