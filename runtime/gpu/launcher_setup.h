// All that the launches of one workload need, made before the first of them. This is the chains of every
// slot, the frames of jobs, and how many seats of a slot may hold something.
//
// A seat is the place of one chain in a slot. Every slot has the same seats, numbered by weights, batch and
// urgency.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "policy/ids.h"
#include "runtime/gpu/chain_store.h"
#include "runtime/gpu/frames.h"
#include "runtime/model_set.h"
#include "runtime/set_up_watch.h"
#include "workloads/workload.h"

namespace daris {

struct LauncherRequest {
  const Workload* workload = nullptr;      // read only while the launcher is made
  std::shared_ptr<const ModelSet> models;  // on the store's device
  std::uint32_t streams_per_context = 1;   // the store's slots are ordered context by context
  std::vector<std::uint32_t> batches;      // sizes of launches, beside the tasks' own
  bool copies = true;                      // inputs are copied in and outputs copied back
  bool early_inputs = false;               // inputs of jobs that wait are copied before the launch
  SetUpWatch watch;
};

// Threads: one. Unchanging once made, but for the frames.
class LauncherSetup {
 public:
  // Throws what Torch throws, and GpuError, also if the graphs won't fit into memory or the watch stopped it.
  // REQUIRES: `store` outlives this.
  LauncherSetup(ChainStore& store, const LauncherRequest& request);

  struct TaskWork {
    std::uint32_t weights = 0;  // or the number of its merged network
    std::uint32_t inputs = 1;
    std::uint32_t members = 1;  // of the merged network: every launch has so many rows
    std::optional<std::uint32_t> member = std::nullopt;  // the row of its jobs; nullopt: not merged
    std::size_t urgency = 0;
    std::size_t stages = 1;
    FramePool* frames = nullptr;  // null if the model is one stage
  };
  [[nodiscard]] const TaskWork& task(TaskId task) const { return tasks_[task.at()]; }
  [[nodiscard]] std::size_t tasks() const { return tasks_.size(); }

  // The seat from which jobs of the task are launched in batches of `batch` inputs. If its network is merged,
  // it has one seat for all launches. REQUIRES: the request named that size, or it is the task's own.
  [[nodiscard]] std::size_t seat_of(const TaskWork& task, std::uint32_t batch) const;
  // Returns a slot's chains by seat; null if no launch needs one there.
  [[nodiscard]] const std::vector<StageChain*>& chains(std::size_t slot) const { return chains_[slot]; }
  [[nodiscard]] Keeping keeping() const { return keeping_; }

  // So many seats of a slot may hold what jobs left there (runtime/gpu/slot_occupancy.h).
  [[nodiscard]] std::size_t held_seats_max() const { return held_seats_max_; }
  // A launch displaces at most so many jobs.
  [[nodiscard]] std::size_t displaced_max() const { return displaced_max_; }

  // GPU memory of the frames, which all slots share.
  [[nodiscard]] std::size_t frame_bytes() const;
  // Takes frames back as if every job had given its own back.
  void take_frames_back();

 private:
  void note_tasks(const LauncherRequest& request);
  void make_chains(const LauncherRequest& request);
  // Calls `visit(task, batch, chain)` for each chain of a slot, the first task's that needs it.
  void for_each_chain(std::vector<StageChain*>& chains,
                      const std::function<void(std::uint32_t, std::uint32_t, StageChain*&)>& visit) const;
  [[nodiscard]] std::size_t seats() const;
  // Graphs that the store does not have yet, of all slots.
  [[nodiscard]] std::size_t missing_graphs(const LauncherRequest& request) const;
  [[nodiscard]] std::vector<StageChain*> chains_of(std::size_t slot, const LauncherRequest& request);
  // The rows of the chains that the task needs.
  [[nodiscard]] std::vector<std::uint32_t> chain_sizes(const TaskWork& task) const;
  void check_room(std::size_t taken_before) const;
  void make_frames();
  void limit_held_seats();

  ChainStore& store_;
  Keeping keeping_;
  bool forms_batches_;
  std::vector<TaskWork> tasks_;
  std::vector<std::uint32_t> batches_;  // every size that a launch may have, ascending
  std::size_t urgencies_ = 1;
  std::vector<std::vector<StageChain*>> chains_;             // by slot and seat
  std::map<std::size_t, std::unique_ptr<FramePool>> pools_;  // by bytes of a frame
  std::size_t held_seats_max_ = 1;
  std::size_t displaced_max_ = 0;
  std::size_t graphs_before_ = 0;  // of the store
  std::size_t graphs_wanted_ = 0;  // beside those
};

}  // namespace daris
