// Launches stages into the slots of one process: picks the graph, and orders what its edges bring in and take
// out. What all launches need is made before (runtime/gpu/launcher_setup.h).
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "policy/ids.h"
#include "runtime/gpu/chain_store.h"
#include "runtime/gpu/early_inputs.h"
#include "runtime/gpu/job_places.h"
#include "runtime/gpu/launcher_setup.h"
#include "runtime/gpu/slot_occupancy.h"
#include "runtime/model_set.h"

namespace daris {

struct LaunchStage;

// What a stage leaves stays in the memory of its chain in the slot, where the next stage finds it in place. A
// stage of another job that runs in the slot meanwhile may displace it (runtime/gpu/slot_occupancy.h). Then
// it is saved in a frame before, and loaded from there when the job goes on. If contexts have several
// streams, a job may go on in another slot. So there each stage stores what it leaves in the job's frame at
// once.
//
// Threads: one. The constructor throws what LauncherSetup's throws. Nothing else throws, blocks, or allocates
// once as many jobs have been in the system as there will be.
class SlotLauncher {
 public:
  // REQUIRES: `store` outlives this.
  SlotLauncher(ChainStore& store, const LauncherRequest& request);

  // Starts a stage. When it has ended, the slot's stamps have counted one stage more (launched()) and end()
  // must be called. Errors: the GPU's. REQUIRES: the slot runs nothing; the jobs come from the context that
  // the slot is in.
  [[nodiscard]] cudaError_t launch(const LaunchStage& launch);

  // Says that the job waits; its input may be copied by tend_inputs().
  void admitted(JobId job) {
    if (early_ != nullptr) early_->wait(job);
  }
  // Called if there is nothing more urgent to do.
  void tend_inputs() {
    if (early_ != nullptr) early_->tend();
  }

  // Stages launched in the slot so far, as its stamps count.
  [[nodiscard]] std::uint32_t launched(SlotId slot) const { return store_.launched(slot.at()); }

  [[nodiscard]] CUstream stream(SlotId slot) const { return store_.streams(slot.at()).launch; }

  // GPU memory of the frames, which all slots share.
  [[nodiscard]] std::size_t frame_bytes() const { return setup_.frame_bytes(); }

  // The slot's stage has ended. Calls `output` for each job that is complete, with its rows of host memory,
  // if they were copied.
  void end(SlotId slot);
  std::function<void(JobId, const at::Tensor&)> output;

  void drop(JobId job);
  // Uses nothing of the context's slots again before reset().
  void abandon(ContextId context);
  // Forgets all jobs. REQUIRES: nothing runs.
  void reset();

 private:
  struct Seat {
    StageChain* chain = nullptr;  // null if no launch needs one
    std::vector<JobId> jobs;      // of its last launch, in the order of their rows
  };
  struct Slot {
    std::vector<Seat> seats;     // numbered as LauncherSetup does
    std::size_t seat = 0;        // of the last launch
    bool first_stage = false;    // the last launch was its jobs' first one
    bool last_stage = false;     // the last launch was its jobs' last one
    SlotOccupancy occupancy{1};  // the seats whose jobs may be in place
  };

  [[nodiscard]] std::uint32_t inputs_of(JobId job) const { return setup_.task(job.task).inputs; }
  // The first row of the job in its launch, of which jobs before it fill `rows`.
  [[nodiscard]] std::size_t row_of(JobId job, std::size_t rows) const {
    const std::optional<std::uint32_t> member = setup_.task(job.task).member;
    return member ? *member : rows;
  }
  [[nodiscard]] bool give_frame(JobPlace& place);
  [[nodiscard]] bool in_place(const LaunchStage& launch, const Seat& seat);
  [[nodiscard]] cudaError_t write_orders(const LaunchStage& launch, const Seat& seat);
  void find_displaced(const LaunchStage& launch, const Seat& seat, bool stays);
  void note_displaced(JobId job, const StageChain* chain);
  [[nodiscard]] cudaError_t order_saves(EdgeOrders& orders);
  void note_launch(const LaunchStage& launch, Slot& slot, std::size_t seat);
  void forget_inputs(std::span<const JobId> jobs);
  [[nodiscard]] const void* place_of_input(JobId job) const;
  void order_inputs(std::span<const JobId> jobs, const StageChain& chain, EdgeOrders& orders) const;
  void order_loads(const LaunchStage& launch, const StageChain& chain, EdgeOrders& orders);
  [[nodiscard]] cudaError_t order_stores(const LaunchStage& launch, const StageChain& chain,
                                         EdgeOrders& orders);
  void order_output(std::span<const JobId> jobs, const StageChain& chain, EdgeOrders& orders) const;

  ChainStore& store_;
  LauncherSetup setup_;
  std::shared_ptr<const ModelSet> models_;
  std::uint32_t streams_per_context_;
  bool copies_;
  std::unique_ptr<EarlyInputs> early_;  // null if inputs are copied by the launch
  std::vector<Slot> slots_;
  JobPlaces places_;
  std::vector<JobId> displaced_;  // by the launch at hand
};

}  // namespace daris
