#include "runtime/gpu/stage_chain.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <utility>

#include "gpu/check.h"

namespace daris {

StageChain::StageChain(const ChainRequest& request)
    : batch_(request.batch), memory_(request.memory), capture_(request.device, request.pool, request.stream) {
  const c10::InferenceMode inference;
  input_ = request.example.clone();
  const c10::cuda::CUDAStreamGuard guard(
      c10::cuda::getStreamFromExternal(request.stream, static_cast<c10::DeviceIndex>(request.device)));
  input_rows_ = rows_of(input_);
  Tensors state = {input_};
  for (std::size_t stage = 0; stage < request.model->stages(); ++stage) {
    capture_stage(request, stage, state);
    if (stage + 1 < request.model->stages()) note_left(state);
  }
  capture_.close();
  output_rows_ = rows_of(state.back());
  if (request.copies) output_ = request.host_memory->piece_like(state.back());
}

void StageChain::capture_stage(const ChainRequest& request, std::size_t stage, Tensors& state) {
  const bool last = stage + 1 == request.model->stages();
  std::size_t moves = 0;
  const Graph graph = capture_.capture([&] {
    moves = enqueue_moves(request, stage, state);
    const bool takes_input = stage == 0 && request.copies;
    request.edges->enqueue_entry(request.stream, request.slot, takes_input ? state.front().nbytes() : 0);
    Tensors after = request.model->forward_stage(stage, state);
    request.edges->enqueue_exit(request.stream, request.slot, store_bytes(request, state, after, last));
    state = std::move(after);
  });
  make_ready(graph, moves, request.stream);
}

// Graphs are uploaded. Otherwise one that is seldom launched would be brought to the GPU by a launch in the
// middle of a run, which takes long.
void StageChain::make_ready(const Graph& graph, std::size_t moves, cudaStream_t stream) {
  Graphs& graphs = graphs_.emplace_back();
  graphs.whole = instantiate(graph, cudaGraphInstantiateFlagUseNodePriority);
  DARIS_CUDA(cudaGraphUpload(graphs.whole.get(), stream));
  if (moves == 0) return;
  remove_first(moves, graph);
  graphs.without_moves = instantiate(graph, 0);
  DARIS_CUDA(cudaGraphUpload(graphs.without_moves.get(), stream));
}

// Returns how many nodes the moves are.
std::size_t StageChain::enqueue_moves(const ChainRequest& request, std::size_t stage, const Tensors& state) {
  if (request.keeping == Keeping::kNone) return 0;
  std::size_t bytes = 0;  // of what the job left before this stage
  for (const at::Tensor& tensor : state) bytes += tensor.nbytes();
  std::size_t nodes = 0;
  if (request.keeping == Keeping::kWhenDisplaced) {
    request.edges->enqueue_saves(request.stream, request.slot);
    ++nodes;
  }
  if (stage > 0) {
    request.edges->enqueue_loads(request.stream, request.slot, bytes);
    ++nodes;
  }
  return nodes;
}

std::size_t StageChain::store_bytes(const ChainRequest& request, const Tensors& before, const Tensors& after,
                                    bool last) {
  if (last) return request.copies ? after.back().nbytes() : 0;
  if (request.keeping != Keeping::kAlways) return 0;
  std::size_t bytes = 0;
  for (const at::Tensor& tensor : after) {
    const bool handed_through = std::any_of(before.begin(), before.end(),
                                            [&](auto& one) { return one.data_ptr() == tensor.data_ptr(); });
    if (!handed_through) bytes += tensor.nbytes();
  }
  return bytes;
}

void StageChain::note_left(const Tensors& state) {
  constexpr std::size_t kAlignment = 256;
  handed_on_.insert(handed_on_.end(), state.begin(), state.end());
  std::vector<Kept>& left = left_.emplace_back();
  for (const at::Tensor& tensor : state) {
    const Rows rows = rows_of(tensor);
    const auto [place, fresh] = frame_offsets_.try_emplace(rows.data, frame_row_bytes_);
    if (fresh) frame_row_bytes_ += (rows.row_bytes + kAlignment - 1) / kAlignment * kAlignment;
    left.push_back({rows, place->second, fresh});
  }
}

StageChain::Rows StageChain::rows_of(const at::Tensor& tensor) const {
  const bool rows_follow = batch_ == 1 || tensor.stride(0) == tensor.numel() / batch_;
  if (!tensor.is_non_overlapping_and_dense() || tensor.size(0) != batch_ || !rows_follow)
    throw GpuError("a stage hands on a tensor whose rows don't follow each other in memory");
  return {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes() / batch_};
}

}  // namespace daris
