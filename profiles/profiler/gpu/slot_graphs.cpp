#include "profiles/profiler/gpu/slot_graphs.h"

#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "policy/check.h"
#include "profiles/profiler/gpu/check.h"

namespace daris {
namespace {

// Captures `body` into a graph whose memory comes from `pool`. A capture that throws is ended before the exception goes on.
template <typename Body>
std::unique_ptr<at::cuda::CUDAGraph> capture(at::cuda::MempoolId_t pool, const Body& body) {
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

}  // namespace

SlotGraphs::SlotGraphs(const StagedModel& model, std::uint32_t batch, CUstream stream, int device, Capture what)
    : stream_(stream) {
  const c10::InferenceMode inference;
  const at::Tensor input = model.example_input(batch);
  DARIS_CUDA(cudaDeviceSynchronize());  // the input was made in another stream
  const c10::cuda::CUDAStreamGuard guard(
      c10::cuda::getStreamFromExternal(stream, static_cast<c10::DeviceIndex>(device)));
  static_cast<void>(model.forward_whole(input));
  DARIS_CUDA(cudaStreamSynchronize(stream));
  held_.push_back(input);
  const at::cuda::MempoolId_t pool = at::cuda::graph_pool_handle();
  if (what != Capture::kWhole) {
    Tensors state = {input};
    for (std::size_t stage = 0; stage < model.stages(); ++stage) {
      stages_.push_back(keep(capture(pool, [&] { state = model.forward_stage(stage, std::move(state)); })));
      held_.insert(held_.end(), state.begin(), state.end());
    }
  }
  if (what != Capture::kStages) whole_ = keep(capture(pool, [&] { held_.push_back(model.forward_whole(input)); }));
}

std::vector<cudaGraphExec_t> SlotGraphs::chain(bool staged) const {
  if (staged) return stages_;
  DARIS_CHECK(whole_ != nullptr);
  return {whole_};
}

cudaGraphExec_t SlotGraphs::keep(std::unique_ptr<at::cuda::CUDAGraph> graph) {
  graphs_.push_back(std::move(graph));
  return graphs_.back()->raw_cuda_graph_exec();
}

void release_graph_memory() {
  DARIS_CUDA(cudaDeviceSynchronize());
  c10::cuda::CUDACachingAllocator::emptyCache();
}

}  // namespace daris
