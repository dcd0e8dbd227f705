// Launches stages into the slots of one process: picks the graph, and orders what its edges bring in and take
// out.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "policy/decision.h"
#include "policy/ids.h"
#include "runtime/gpu/chain_store.h"
#include "runtime/gpu/frames.h"
#include "runtime/gpu/job_places.h"
#include "runtime/gpu/slot_occupancy.h"
#include "runtime/model_set.h"
#include "workloads/workload.h"

namespace daris {

struct LauncherRequest {
  const Workload* workload = nullptr;      // needed only by the constructor
  std::shared_ptr<const ModelSet> models;  // on the store's device
  std::uint32_t streams_per_context = 1;   // slots of the store: context by context
  std::vector<std::uint32_t> batches;      // sizes of launches, beside the tasks' own
  bool copies = true;                      // inputs are copied in and outputs copied back
};

// What a stage leaves stays in the memory of its chain in the slot, where the next one finds it in place. A
// stage of another job that runs in the slot meanwhile may displace it (runtime/gpu/slot_occupancy.h): then
// it is saved in a frame before, and loaded from there when the job goes on. Where contexts have several
// streams a job may go on in another slot: there each stage stores what it leaves in the job's frame at once.
//
// Threads: one. The constructor throws what Torch throws, and GpuError, also where the graphs won't fit into
// memory; nothing else throws, blocks, or allocates once as many jobs have been in the system as there will
// be.
class SlotLauncher {
 public:
  SlotLauncher(ChainStore& store, const LauncherRequest& request);

  // Starts a stage. When it has ended, the slot's stamps have counted one stage more (launched()) and end()
  // must be called. Errors: the GPU's. REQUIRES: the slot runs nothing; the jobs come from the context that
  // the slot is in.
  [[nodiscard]] cudaError_t launch(const LaunchStage& launch);

  // Stages launched in the slot so far, as its stamps count.
  [[nodiscard]] std::uint32_t launched(SlotId slot) const { return store_.launched(slot.at()); }

  [[nodiscard]] CUstream stream(SlotId slot) const { return store_.streams(slot.at()).launch; }

  // GPU memory of the frames, which all slots share.
  [[nodiscard]] std::size_t frame_bytes() const;

  // The slot's stage has ended. Calls `output` for each job that is complete, with its rows of host memory,
  // if they were copied.
  void end(SlotId slot);
  std::function<void(JobId, const at::Tensor&)> output;

  void drop(JobId job);
  // Nothing of the context's slots is used again before reset().
  void abandon(ContextId context);
  // Forgets all jobs. REQUIRES: nothing runs.
  void reset();

 private:
  struct TaskWork {
    std::uint32_t weights = 0;
    std::uint32_t inputs = 1;
    std::size_t urgency = 0;
    std::size_t stages = 1;
    FramePool* frames = nullptr;  // null where the model is one stage
  };
  struct Seat {
    StageChain* chain = nullptr;  // null where none is needed
    std::vector<JobId> jobs;      // of its last launch, in the order of their rows
  };
  struct Slot {
    std::vector<Seat> seats;     // by weights, batch, urgency
    std::size_t seat = 0;        // of the last launch
    bool last_stage = false;     // which was its jobs' last one
    SlotOccupancy occupancy{1};  // whose jobs may be in place
  };

  void note_tasks(const LauncherRequest& request);
  void make_chains(std::size_t slot);
  [[nodiscard]] ChainModel model_of(TaskId task) const;
  void make_frames();
  void make_occupancies();
  void check_room(std::size_t taken_before) const;
  [[nodiscard]] std::size_t seat_index(const TaskWork& task, std::uint32_t batch) const;

  [[nodiscard]] bool give_frame(JobPlace& place);
  [[nodiscard]] bool in_place(const LaunchStage& launch, const Seat& seat);
  [[nodiscard]] cudaError_t write_orders(const LaunchStage& launch, const Seat& seat);
  void find_displaced(const LaunchStage& launch, const Seat& seat, bool stays);
  void note_displaced(JobId job, const StageChain* chain);
  [[nodiscard]] cudaError_t order_saves(EdgeOrders& orders);
  void note_launch(const LaunchStage& launch, Slot& slot, std::size_t seat);
  void order_inputs(std::span<const JobId> jobs, const StageChain& chain, EdgeOrders& orders) const;
  void order_loads(const LaunchStage& launch, const StageChain& chain, EdgeOrders& orders);
  [[nodiscard]] cudaError_t order_stores(const LaunchStage& launch, const StageChain& chain,
                                         EdgeOrders& orders);
  void order_output(std::span<const JobId> jobs, const StageChain& chain, EdgeOrders& orders) const;

  ChainStore& store_;
  std::shared_ptr<const ModelSet> models_;
  std::uint32_t streams_per_context_;
  bool copies_;
  Keeping keeping_;
  bool forms_batches_;
  std::vector<TaskWork> tasks_;
  std::vector<std::uint32_t> batches_;  // every size there is, ascending
  std::size_t urgencies_ = 1;
  std::map<std::size_t, std::unique_ptr<FramePool>> pools_;  // by bytes of a frame
  std::vector<Slot> slots_;
  JobPlaces places_;
  std::vector<JobId> displaced_;  // by the launch at hand
};

}  // namespace daris
