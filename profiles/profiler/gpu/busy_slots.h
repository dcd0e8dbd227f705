// Neighbours that keep slots busy while another one is measured.
#pragma once

#include <cuda.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <span>
#include <vector>

#include "profiles/profiler/gpu/closed_loop.h"
#include "profiles/profiler/gpu/slot_graphs.h"
#include "workloads/models/staged_model.h"

namespace daris {

// Runs whole jobs of a model in closed loops, by a thread of its own. Threads: one caller. Throws GpuError
// and what Torch throws.
class BusySlots {
 public:
  // Captures the model for each stream, and returns when every stream has run it. REQUIRES: at least one
  // stream; the model may be captured right now (ModelStore::use()), and outlives this.
  BusySlots(const StagedModel& model, std::uint32_t batch, std::span<const CUstream> streams, int device);
  ~BusySlots();  // as end(), but drops what it throws
  BusySlots(const BusySlots&) = delete;
  BusySlots& operator=(const BusySlots&) = delete;

  // Waits for what runs. Throws what the thread threw.
  void end();

 private:
  std::vector<std::unique_ptr<SlotGraphs>> graphs_;
  std::vector<LoopSlot> slots_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> running_ = false;
  std::future<void> loop_;  // it ends before what it uses
};

}  // namespace daris
