// The measurements that a live point makes on the machine before it runs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "drive/closed_loop_policy.h"
#include "runtime/full_load.h"
#include "runtime/live_backend.h"
#include "runtime/run_clock.h"
#include "workloads/policy_setup.h"
#include "workloads/task_set.h"
#include "workloads/workload.h"

namespace daris {

// The batch sizes that are measured for jobs of `job` inputs and more. They are the powers of two that hold
// one job and are below `largest`, and `largest` itself. REQUIRES: job <= largest.
[[nodiscard]] std::vector<std::uint32_t> measured_batches(std::uint32_t job, std::uint32_t largest);

// The sizes of launches for a batching policy with batches of up to `limit` inputs, ascending: those of
// measured_batches() for each set of weights, from its smallest job on.
[[nodiscard]] std::vector<std::uint32_t> batch_sizes(const Workload& workload, std::uint32_t limit);

// Measured jobs per second of saturating loops, by backend, precision, model, batch, weights, SMs and copies.
using KnownCapacities = std::map<std::string, double>;

// A launch of a whole model that runs alone: its execution, and the time from one launch to the next if they
// follow at once.
struct LaunchTime {
  Duration execution;
  Duration period;
};

struct LaunchTimes {
  std::vector<LaunchTime> times;          // by group; empty if there was no executor
  std::optional<std::string> not_set_up;  // why the executor could not be set up, if it could not
};

// REQUIRES for all functions: all that this is made from outlives it. Errors of all: of the environment, or
// interrupted.
class LiveMeasurements {
 public:
  // `work` gives the shape; its workload is not read.
  LiveMeasurements(LiveBackend& backend, LiveWork work, std::shared_ptr<RunClock> clock,
                   const std::function<bool()>& stopped)
      : backend_(backend), work_(std::move(work)), clock_(std::move(clock)), stopped_(stopped) {}

  // The closed loop that estimates are made from, on the executor that will run `workload`.
  [[nodiscard]] Result<ClosedLoopResult> full_load(const Workload& workload, LiveMachine& machine) const;

  // The time of each stage, by task, while nothing else runs: in slot 0, the mean of 20 jobs of its class.
  [[nodiscard]] Result<std::vector<std::vector<Duration>>> alone(const Workload& workload,
                                                                 LiveMachine& machine) const;

  // Jobs per second of a closed loop of at least half a second over all slots. They take `tasks` in turn; if
  // that is empty, all tasks.
  [[nodiscard]] Result<double> saturation(const Workload& workload, LiveMachine& machine,
                                          std::vector<TaskId> tasks) const;
  // The same for all tasks, in an executor of its own whose models are one stage each. REQUIRES: there is no
  // other executor.
  [[nodiscard]] Result<double> whole_model_saturation(const Workload& workload) const;

  // Jobs per second of a closed loop of each group's jobs alone, by group: load is counted in them. The loop
  // is staged and has the backend's saturating shape, whatever `work` says. What is in `known` is not
  // measured again.
  [[nodiscard]] Result<std::vector<double>> capacities(const TaskSet& set, KnownCapacities& known) const;

  // The time of a job of each group of `set`, in its own batch; by group, in an executor of its own.
  // REQUIRES: each group has one task; the shape is one slot and whole models; there is no other executor.
  // Errors: a launch failed or hung, or interrupted.
  [[nodiscard]] Result<LaunchTimes> launch_times(const TaskSet& set) const;

  // The time of each batch of measured_batches() for each set of weights. Batches go up to `limit` inputs, or
  // up to the largest job if that is more. Batches are full of the smallest jobs, with their copies. Weights
  // of the same network are measured once. REQUIRES: `machine` was made for `workload`, whole models, one
  // slot.
  [[nodiscard]] Result<BatchGroupTimes> batches(const Workload& workload, LiveMachine& machine,
                                                std::uint32_t limit) const;

  // The closed loop of all slots over `tasks` in turn, in batches of `size` inputs; each class that runs is
  // measured 20 times. REQUIRES: `machine` was made for `workload`, and with that size; the tasks' jobs fit.
  [[nodiscard]] Result<ClosedLoopResult> batch_loop(const Workload& workload, LiveMachine& machine,
                                                    std::vector<TaskId> tasks, std::uint32_t size) const {
    return launches(work_, workload, machine, std::move(tasks), size);
  }

  [[nodiscard]] std::uint32_t slots() const { return work_.contexts * work_.streams; }

  // True if the run was stopped, which then is why the last error came.
  [[nodiscard]] bool interrupted() const { return stopped_(); }

 private:
  // Measures 20 launches and more of each class of the tasks. Launches are batches of `size` inputs, or of a
  // job each.
  [[nodiscard]] Result<ClosedLoopResult> launches(const LiveWork& work, const Workload& workload,
                                                  LiveMachine& machine, std::vector<TaskId> tasks,
                                                  std::optional<std::uint32_t> size) const;
  [[nodiscard]] Result<Duration> batch_time(const Workload& workload, LiveMachine& machine, TaskId task,
                                            std::uint32_t size) const;
  [[nodiscard]] FullLoadRequest request(const LiveWork& work, const Workload& workload,
                                        const LiveMachine& machine) const;
  [[nodiscard]] LiveWork saturating_work() const;
  [[nodiscard]] Result<double> capacity(const TaskGroup& group) const;

  LiveBackend& backend_;
  LiveWork work_;
  std::shared_ptr<RunClock> clock_;
  const std::function<bool()>& stopped_;
};

}  // namespace daris
