#include "profiles/profiler/gpu/slot_graphs.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "base/check.h"
#include "gpu/check.h"
#include "gpu/graph_capture.h"

namespace daris {
SlotGraphs::SlotGraphs(const StagedModel& model, std::uint32_t batch, CUstream stream, int device,
                       Capture what)
    : stream_(stream) {
  const c10::InferenceMode inference;
  const at::Tensor input = model.example_input(batch);
  DARIS_CUDA(cudaDeviceSynchronize());  // the input was made in another stream
  const c10::cuda::CUDAStreamGuard guard(
      c10::cuda::getStreamFromExternal(stream, static_cast<c10::DeviceIndex>(device)));
  static_cast<void>(model.forward_whole(input));
  DARIS_CUDA(cudaStreamSynchronize(stream));
  held_.push_back(input);
  capture_ = std::make_unique<GraphCapture>(device, at::cuda::graph_pool_handle(), stream);
  if (what != Capture::kWhole) {
    Tensors state = {input};
    for (std::size_t stage = 0; stage < model.stages(); ++stage) {
      stages_.push_back(
          keep(capture_->capture([&] { state = model.forward_stage(stage, std::move(state)); })));
      held_.insert(held_.end(), state.begin(), state.end());
    }
  }
  if (what != Capture::kStages)
    whole_ = keep(capture_->capture([&] { held_.push_back(model.forward_whole(input)); }));
  capture_->close();
}

std::vector<cudaGraphExec_t> SlotGraphs::chain(bool staged) const {
  if (staged) return stages_;
  DARIS_CHECK(whole_ != nullptr);
  return {whole_};
}

cudaGraphExec_t SlotGraphs::keep(const Graph& graph) {
  graphs_.push_back(instantiate(graph, cudaGraphInstantiateFlagUseNodePriority));
  return graphs_.back().get();
}

}  // namespace daris
