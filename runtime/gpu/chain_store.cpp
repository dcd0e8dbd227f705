#include "runtime/gpu/chain_store.h"

#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "profiles/gpu/check.h"

namespace daris {

ChainStore::ChainStore(int device, std::vector<SlotStreams> slots, std::shared_ptr<StampLine[]> lines,
                       AlgorithmChoices& algorithms, const WarmUpStreams& warm_up)
    : device_(device),
      slots_(std::move(slots)),
      algorithms_(algorithms),
      warm_up_(warm_up),
      edges_(std::move(lines), slots_.size()),
      launched_(slots_.size(), 0) {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) pools_.push_back(at::cuda::graph_pool_handle());
}

StageChain& ChainStore::chain(std::size_t slot, std::size_t urgency, const ChainModel& model, std::uint32_t batch,
                              bool copies, bool stores) {
  urgency = std::min(urgency, slots_[slot].capture.size() - 1);
  const std::string name(model.model->info().name);
  const Key key(slot, urgency, name, model.precision, model.seed, model.model->stages(), batch, copies, stores);
  if (const auto found = chains_.find(key); found != chains_.end()) return *found->second;
  const auto begin = std::chrono::steady_clock::now();
  const CUstream stream = slots_[slot].capture[urgency];
  algorithms_.warm_up(*model.model, model.precision, batch, warm_up_);
  algorithms_.use(*model.model, model.precision, batch);
  if (ran_.emplace(stream, name, model.precision, batch).second) run_once(stream, model, batch);
  ChainRequest request;
  request.model = model.model;
  request.batch = batch;
  request.stream = stream;
  request.device = device_;
  request.pool = pools_[slot];
  request.edges = &edges_;
  request.slot = slot;
  request.copies = copies;
  request.stores = stores;
  StageChain& made = *chains_.emplace(key, std::make_unique<StageChain>(request)).first->second;
  graphs_ += made.stages();
  capture_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return made;
}

// Makes the handles and workspaces of the stream.
void ChainStore::run_once(CUstream stream, const ChainModel& model, std::uint32_t batch) {
  const c10::InferenceMode inference;
  const at::Tensor input = model.model->example_input(batch);
  DARIS_CUDA(cudaDeviceSynchronize());  // the input was made in another stream
  const c10::cuda::CUDAStreamGuard guard(
      c10::cuda::getStreamFromExternal(stream, static_cast<c10::DeviceIndex>(device_)));
  static_cast<void>(model.model->forward_whole(input));
  DARIS_CUDA(cudaStreamSynchronize(stream));
}

}  // namespace daris
