#include "runtime/gpu/chain_store.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "gpu/check.h"
#include "gpu/gpu_memory.h"

namespace daris {

ChainStore::ChainStore(int device, std::vector<SlotStreams> slots, std::shared_ptr<StampLine[]> lines)
    : device_(device),
      slots_(std::move(slots)),
      algorithms_(device),
      edges_(std::move(lines), slots_.size()),
      launched_(slots_.size(), 0) {
  for (const SlotStreams& slot : slots_) {
    std::vector<c10::MempoolId_t>& pools = pools_.emplace_back();
    for (std::size_t urgency = 0; urgency < slot.capture.size(); ++urgency)
      pools.push_back(at::cuda::graph_pool_handle());
  }
  thread_.run([device] { DARIS_CUDA(cudaSetDevice(device)); });
}

ChainStore::Key ChainStore::key_of(std::size_t slot, std::size_t urgency, const ChainModel& model,
                                   std::uint32_t batch, bool copies, Keeping keeping) const {
  return {slot,
          std::min(urgency, slots_[slot].capture.size() - 1),
          std::string(model.model->info().name),
          model.precision,
          model.seed,
          model.model->stages(),
          batch,
          copies,
          keeping};
}

StageChain& ChainStore::chain(std::size_t slot, std::size_t urgency, const ChainModel& model,
                              std::uint32_t batch, bool copies, Keeping keeping) {
  const Key key = key_of(slot, urgency, model, batch, copies, keeping);
  urgency = std::get<1>(key);
  if (const auto found = chains_.find(key); found != chains_.end()) return *found->second;
  const auto begin = std::chrono::steady_clock::now();
  std::unique_ptr<StageChain> made;
  thread_.run([&] { made = make(slot, urgency, model, batch, copies, keeping); });
  graphs_ += made->stages();
  capture_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return *chains_.emplace(key, std::move(made)).first->second;
}

std::unique_ptr<StageChain> ChainStore::make(std::size_t slot, std::size_t urgency, const ChainModel& model,
                                             std::uint32_t batch, bool copies, Keeping keeping) {
  const CUstream stream = slots_[slot].capture[urgency];
  algorithms_.warm_up(*model.model, model.precision, batch, slots_.front().capture.front());
  algorithms_.use(*model.model, model.precision, batch);
  if (ran_.emplace(stream, std::string(model.model->info().name), model.precision, batch).second)
    run_once(stream, model, batch);
  ChainRequest request;
  request.model = model.model;
  request.example = example_of(model, batch);
  request.batch = batch;
  request.stream = stream;
  request.device = device_;
  request.pool = pools_[slot][urgency];
  request.edges = &edges_;
  request.slot = slot;
  request.copies = copies;
  request.host_memory = &host_memory_;
  request.keeping = keeping;
  request.memory = {urgency, chains_.size()};
  return std::make_unique<StageChain>(request);
}

// Torch keeps memory apart by stream and by pool. Inputs of chains are added, since they were made in a
// stream that slots share.
std::vector<std::size_t> ChainStore::bytes_by_slot() const {
  std::map<const void*, std::size_t> slot_of_stream;
  std::map<c10::MempoolId_t, std::size_t> slot_of_pool;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    for (const CUstream stream : slots_[slot].capture) slot_of_stream.emplace(stream, slot);
    for (const c10::MempoolId_t& pool : pools_[slot]) slot_of_pool.emplace(pool, slot);
  }
  std::vector<std::size_t> bytes(slots_.size(), 0);
  for_each_taken_segment([&](const c10::CachingDeviceAllocator::SegmentInfo& segment) {
    const auto pool = slot_of_pool.find(segment.owner_private_pool_id);
    const auto stream = slot_of_stream.find(segment.stream);
    if (pool != slot_of_pool.end()) {
      bytes[pool->second] += segment.total_size;
    } else if (stream != slot_of_stream.end()) {
      bytes[stream->second] += segment.total_size;
    }
  });
  for (const auto& [key, chain] : chains_)
    bytes[std::get<0>(key)] += chain->batch() * chain->input().row_bytes;
  return bytes;
}

// It is there for every stream, since other streams copy it.
const at::Tensor& ChainStore::example_of(const ChainModel& model, std::uint32_t batch) {
  const auto [example, fresh] =
      examples_.try_emplace({std::string(model.model->info().name), model.precision, batch});
  if (fresh) {
    const c10::InferenceMode inference;
    example->second = model.model->example_input(batch);
    DARIS_CUDA(cudaDeviceSynchronize());
  }
  return example->second;
}

// Runs the model once, so that libraries make their handles and workspaces for the stream.
void ChainStore::run_once(CUstream stream, const ChainModel& model, std::uint32_t batch) {
  const c10::InferenceMode inference;
  const at::Tensor& input = example_of(model, batch);
  const c10::cuda::CUDAStreamGuard guard(
      c10::cuda::getStreamFromExternal(stream, static_cast<c10::DeviceIndex>(device_)));
  static_cast<void>(model.model->forward_whole(input));
  DARIS_CUDA(cudaStreamSynchronize(stream));
}

}  // namespace daris
