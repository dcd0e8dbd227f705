// The graphs of every slot of one partition shape, made when first asked for and kept for the next executor
// of the shape.
//
// cuDNN chooses its algorithms by trying them, in the first slot's partition. The quickest algorithm on the
// whole GPU is not the quickest on a part of it, and may not even run there. Torch keeps the choices by
// thread, so each store has a thread of its own.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "gpu/algorithm_choices.h"
#include "runtime/gpu/own_thread.h"
#include "runtime/gpu/pinned_memory.h"
#include "runtime/gpu/stage_chain.h"
#include "runtime/gpu/stage_edges.h"
#include "workloads/models/staged_model.h"

namespace daris {

// Streams of one slot, not owned. Stages are launched in `launch`. Graphs are captured in the stream of their
// urgency, whose green context and priority they remember.
struct SlotStreams {
  CUstream launch = nullptr;
  // From the most urgent on; not empty. Each has chains of its own, even if two are the same stream.
  std::vector<CUstream> capture;
};

// One stream for all. Level 0 has chains of its own, and memory of its own for them. So it displaces no job
// of another level.
[[nodiscard]] inline SlotStreams one_stream(CUstream stream) { return {stream, {stream, stream}}; }

// A model with certain weights. Equal seeds are equal weights.
struct ChainModel {
  const StagedModel* model = nullptr;  // not owned; lives as long as the store
  Precision precision = Precision::kFp32;
  std::uint64_t seed = 0;
};

// Threads: one. Throws what Torch throws, and GpuError.
class ChainStore {
 public:
  // All slots' partitions are of one size. `lines` has one line a slot (runtime/gpu/stage_stamps.h).
  ChainStore(int device, std::vector<SlotStreams> slots, std::shared_ptr<StampLine[]> lines);

  [[nodiscard]] std::size_t slots() const { return slots_.size(); }
  [[nodiscard]] const SlotStreams& streams(std::size_t slot) const { return slots_[slot]; }
  [[nodiscard]] const StageEdges& edges() const { return edges_; }
  [[nodiscard]] int device() const { return device_; }

  // `urgency` is an index into the slot's capture streams; one past them stands for the last. The chain lives
  // as long as the store. The GPU must be waited for before its first launch.
  [[nodiscard]] StageChain& chain(std::size_t slot, std::size_t urgency, const ChainModel& model,
                                  std::uint32_t batch, bool copies, Keeping keeping);

  // True if chain() would make nothing.
  [[nodiscard]] bool has_chain(std::size_t slot, std::size_t urgency, const ChainModel& model,
                               std::uint32_t batch, bool copies, Keeping keeping) const {
    return chains_.contains(key_of(slot, urgency, model, batch, copies, keeping));
  }

  // Stages launched in the slot since the store was made. The slot's stamps count those that ended.
  [[nodiscard]] std::uint32_t& launched(std::size_t slot) { return launched_[slot]; }

  // Bytes of GPU memory that are taken for each slot. They are what its graphs work on and hand on, their
  // inputs, and what libraries need in its streams. All chains of the slot count, whoever asked for them.
  // Weights don't count, since slots share them, nor does what the driver keeps for the graphs themselves.
  // Memory that Torch keeps for later counts too, so call release_graph_memory() first.
  [[nodiscard]] std::vector<std::size_t> bytes_by_slot() const;

  [[nodiscard]] std::size_t graphs() const { return graphs_; }
  [[nodiscard]] double capture_s() const { return capture_s_; }

 private:
  // Slot, urgency, model, precision, seed, stages, batch, copies, keeping.
  using Key = std::tuple<std::size_t, std::size_t, std::string, Precision, std::uint64_t, std::size_t,
                         std::uint32_t, bool, Keeping>;

  [[nodiscard]] Key key_of(std::size_t slot, std::size_t urgency, const ChainModel& model,
                           std::uint32_t batch, bool copies, Keeping keeping) const;
  [[nodiscard]] std::unique_ptr<StageChain> make(std::size_t slot, std::size_t urgency,
                                                 const ChainModel& model, std::uint32_t batch, bool copies,
                                                 Keeping keeping);
  [[nodiscard]] const at::Tensor& example_of(const ChainModel& model, std::uint32_t batch);
  void run_once(CUstream stream, const ChainModel& model, std::uint32_t batch);

  int device_;
  std::vector<SlotStreams> slots_;
  AlgorithmChoices algorithms_;
  StageEdges edges_;
  std::vector<std::uint32_t> launched_;               // by slot
  std::vector<std::vector<c10::MempoolId_t>> pools_;  // by slot and urgency
  std::map<std::tuple<std::string, Precision, std::uint32_t>, at::Tensor> examples_;
  std::set<std::tuple<CUstream, std::string, Precision, std::uint32_t>> ran_;
  PinnedMemory host_memory_;  // for outputs
  std::map<Key, std::unique_ptr<StageChain>> chains_;
  std::size_t graphs_ = 0;
  double capture_s_ = 0;
  OwnThread thread_;  // chooses and captures; destroyed first
};

}  // namespace daris
