#include "runtime/gpu/stage_chain.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <utility>

#include "policy/check.h"
#include "profiles/gpu/check.h"

namespace daris {

namespace {

std::int64_t output_bytes(const StagedModel& model, std::uint32_t batch) {
  const ModelInfo& info = model.info();
  const std::int64_t pixels = info.image_output ? std::int64_t{info.input.height} * info.input.width : 1;
  const auto element = static_cast<std::int64_t>(c10::elementSize(model.placement().dtype));
  return std::int64_t{batch} * info.outputs * pixels * element;
}

}  // namespace

StageChain::StageChain(const ChainRequest& request) : batch_(request.batch) {
  const c10::InferenceMode inference;
  Tensors state = {request.model->example_input(request.batch)};
  if (request.copies) {
    output_ = at::empty({output_bytes(*request.model, request.batch)},
                        at::TensorOptions().dtype(at::kByte).pinned_memory(true));
  }
  DARIS_CUDA(cudaDeviceSynchronize());  // the input was made in another stream
  const c10::cuda::CUDAStreamGuard guard(
      c10::cuda::getStreamFromExternal(request.stream, static_cast<c10::DeviceIndex>(request.device)));
  input_ = state.front();
  input_rows_ = rows_of(state.front());
  Tensors held;  // until the last stage is captured: no stage may use the memory of what a later one still reads
  for (std::size_t stage = 0; stage < request.model->stages(); ++stage) {
    capture_stage(request, stage, state);
    held.insert(held.end(), state.begin(), state.end());
  }
  if (request.copies) shape_output(state.back());
}

void StageChain::capture_stage(const ChainRequest& request, std::size_t stage, Tensors& state) {
  const bool last = stage + 1 == request.model->stages();
  graphs_.push_back(capture_graph(request.pool, [&] {
    DARIS_DRIVER(request.stamps->enqueue_begin(request.stream, request.slot));
    state = request.model->forward_stage(stage, std::move(state));
    if (last && request.copies) enqueue_output_copy(state.back(), request.stream);
    DARIS_DRIVER(request.stamps->enqueue_end(request.stream, request.slot));
  }));
  execs_.push_back(graphs_.back()->raw_cuda_graph_exec());
  std::vector<Rows>& left = left_.emplace_back();
  if (last) return;
  for (const at::Tensor& tensor : state) left.push_back(rows_of(tensor));
}

void StageChain::enqueue_output_copy(const at::Tensor& output, CUstream stream) {
  DARIS_CHECK(output.nbytes() == output_.nbytes());
  DARIS_CUDA(
      cudaMemcpyAsync(output_.data_ptr(), rows_of(output).data, output.nbytes(), cudaMemcpyDeviceToHost, stream));
}

// Gives the bytes the shape that the output has on the GPU.
void StageChain::shape_output(const at::Tensor& output) {
  output_ = output_.view(output.scalar_type()).as_strided(output.sizes(), output.strides());
}

StageChain::Rows StageChain::rows_of(const at::Tensor& tensor) const {
  const bool rows_follow = batch_ == 1 || tensor.stride(0) == tensor.numel() / batch_;
  if (!tensor.is_non_overlapping_and_dense() || tensor.size(0) != batch_ || !rows_follow)
    throw GpuError("a stage hands on a tensor whose rows don't follow each other in memory");
  return {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes() / batch_};
}

}  // namespace daris
