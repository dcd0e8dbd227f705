// The workers of one partition shape: a daemon of MPS, a process for each context, and the memory that they
// share with the scheduler.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/host/child_process.h"
#include "gpu/mps_daemon.h"
#include "runtime/live_backend.h"
#include "runtime/mps/client_remover.h"
#include "runtime/mps/segment.h"
#include "runtime/mps/worker_setup.h"

namespace daris {

// What MPS gives the worker of a context.
struct WorkerShare {
  std::uint32_t granted_sms = 0;
  std::uint32_t percentage = 0;  // that asks for them
  bool urgent = false;           // its kernels go before those of workers that are not
  friend bool operator==(const WorkerShare&, const WorkerShare&) = default;
};

struct FleetRequest {
  std::vector<std::string> worker;  // program and arguments that start one
  int device = 0;
  std::vector<WorkerShare> shares;  // by context
  std::uint32_t streams = 1;        // per context
};

// Everything ends when the fleet is destroyed and, by the kernel's help, when this process ends. Threads:
// one, which lives as long as the fleet (base/host/child_process.h) and keeps off the scheduler's core.
class WorkerFleet {
 public:
  // Errors: no MPS, no process, no memory.
  [[nodiscard]] static Result<std::unique_ptr<WorkerFleet>> start(FleetRequest request);
  ~WorkerFleet();
  WorkerFleet(const WorkerFleet&) = delete;
  WorkerFleet& operator=(const WorkerFleet&) = delete;

  // Tells all workers what they will run, and waits until they are ready, which takes seconds. May be called
  // again. Returns the answers by context. Errors: a worker can't be set up, does not answer, or sees other
  // SMs than granted, or `work.watch` stopped it; the fleet is then of no more use.
  [[nodiscard]] Result<std::vector<WorkerReady>> set_up(const LiveWork& work);

  [[nodiscard]] std::uint32_t contexts() const { return static_cast<std::uint32_t>(workers_.size()); }
  [[nodiscard]] std::uint32_t streams() const { return request_.streams; }
  [[nodiscard]] WorkerMemory memory(ContextId context) const { return segment_.worker(context); }

  enum class State : std::uint8_t {
    kServing,
    kRemoving,  // remove() was asked for
    kGone,
  };
  [[nodiscard]] State state(ContextId context) const { return workers_[context.at()].state; }
  // True if the fleet has this shape, all its workers serve, and nothing runs.
  [[nodiscard]] bool fits(const std::vector<WorkerShare>& shares, std::uint32_t streams);

  // Looks if the worker has died or, if it is being removed, has ended. Returns true once, when it has.
  [[nodiscard]] bool ended(ContextId context);
  // True if nothing is left of the process of a worker that is gone, so the GPU's driver is done with it. One
  // call of the system.
  [[nodiscard]] bool cleared(ContextId context) { return workers_[context.at()].process.ended(); }
  // Returns what a worker that is gone said, or how its process ended.
  [[nodiscard]] std::string ending(ContextId context) const;
  // Begins to take the worker off the GPU and to end it; ended() tells when that is done. REQUIRES: it
  // serves.
  void remove(ContextId context);

 private:
  struct Worker {
    ChildProcess process;
    State state = State::kServing;
    pid_t pid = -1;
    std::string said;  // not yet a whole line
    WorkerProgress progress;
  };

  WorkerFleet(FleetRequest request, MpsDaemon daemon, Segment segment);
  [[nodiscard]] Status start_workers();
  [[nodiscard]] WorkerSetup setup_for(const LiveWork& work) const;
  [[nodiscard]] Result<WorkerReady> answer_of(ContextId context, const SetUpWatch& watch);
  // The next line that the worker says; empty if it says none within a tenth of a second.
  [[nodiscard]] Result<std::string> line_of(ContextId context);
  void tell_progress(const SetUpWatch& watch) const;
  [[nodiscard]] bool any_busy(ContextId context) const;

  FleetRequest request_;
  MpsDaemon daemon_;
  Segment segment_;
  ClientRemover remover_;
  std::vector<Worker> workers_;
};

}  // namespace daris
