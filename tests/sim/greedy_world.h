// A small world for tests of the engine: releases, a GPU, a policy that fills free slots, and what was seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <variant>
#include <vector>

#include "drive/injection.h"
#include "sim/simulate.h"
#include "tests/sim/toy_gpu.h"
#include "workloads/workload.h"

namespace daris {

inline ReleaseList releases(std::initializer_list<Release> rows) { return rows; }
inline Release job(std::int64_t at, std::uint32_t task, std::uint32_t ordinal) {
  return {at_ns(at), JobId{ordinal, TaskId(task)}};
}

// Puts waiting jobs into free slots in order of release, slot 0 first. All stages of a job run in one slot.
class Greedy {
 public:
  explicit Greedy(const PolicySetup& setup)
      : running_(std::size_t{setup.contexts} * setup.streams),
        policy_(setup, [this, &setup](Time, auto events, auto& decisions) {
          for (const Event& event : events) take(event, setup, decisions);
          fill(decisions);
        }) {}
  Policy& policy() { return policy_; }

 private:
  struct Running {
    JobId job;
    std::uint32_t stage = 0;
    bool busy = false;
  };
  void take(const Event& event, const PolicySetup& setup, std::vector<Decision>& decisions) {
    if (const auto* released = std::get_if<JobReleased>(&event)) waiting_.push_back(released->job);
    if (const auto* finished = std::get_if<StageFinished>(&event)) {
      Running& running = running_[finished->slot.at()];
      if (++running.stage < setup.tasks[running.job.task.at()].stage_estimates.size()) {
        decisions.emplace_back(LaunchStage{finished->slot, StageIndex(running.stage), 1, {&running.job, 1}});
      } else {
        running.busy = false;
      }
    }
  }
  void fill(std::vector<Decision>& decisions) {
    for (std::uint32_t slot = 0; slot < running_.size() && !waiting_.empty(); ++slot) {
      if (running_[slot].busy) continue;
      running_[slot] = {waiting_.front(), 0, true};
      waiting_.pop_front();
      decisions.emplace_back(LaunchStage{SlotId(slot), StageIndex(0), 1, {&running_[slot].job, 1}});
    }
  }
  std::vector<Running> running_;
  std::deque<JobId> waiting_;
  FunctionPolicy policy_;
};

struct World {
  GpuModel gpu;
  PolicySetup setup;
  ReleaseList list;
  HostLatencies latencies;
  Time measured_end = at_ns(1000);
  std::vector<ContextLoss> losses;
  std::vector<Slowdown> slowdowns;
  std::vector<LateReleases> late;

  RecordingObserver observe(Policy& policy) const {
    RecordingObserver observer;
    Observer* const watching = &observer;
    simulate({&gpu, &setup, list, latencies, measured_end, losses, slowdowns, late}, policy, {&watching, 1});
    return observer;
  }
  RecordingObserver observe() const {
    Greedy greedy(setup);
    return observe(greedy.policy());
  }
};

inline World one_slot(double alone_ns, std::int64_t deadline) {
  World run;
  run.gpu = toy_gpu(1, 1, shared_geometry(1));
  add_task(run.gpu, {takes(alone_ns)});
  run.setup = toy_setup(run.gpu, for_ns(deadline));
  return run;
}

}  // namespace daris
