// Executors carry out launches on real hardware: they are the seam between the run loop (runtime/live_run.h)
// and a backend.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "policy/event.h"
#include "policy/ids.h"

namespace daris {

struct LaunchStage;

// A stage that ended, and its time on the hardware by the run's clock.
struct FinishedStage {
  SlotId slot;
  Time started;
  Duration execution;
  Duration handed_over = {};  // from launch() to the launch itself, if another process does it; else 0
};

// The events that one poll brought. The run loop owns them and reserves room for every slot and context; a
// poll only appends.
struct PolledEvents {
  std::vector<FinishedStage> finished;
  std::vector<LaunchFailed> failed;
  std::vector<ContextLost> lost;

  void clear();
  [[nodiscard]] bool empty() const { return finished.empty() && failed.empty() && lost.empty(); }
};

// Slot s is stream s % Ns of context s / Ns, and runs one stage at a time. A job's tensors live in the
// executor from the launch of its first stage. They end with its last stage, with drop(), or with the loss of
// its context.
//
// Threads: one, the run loop's; a backend may have others of its own. launch(), poll(), drop() and abandon()
// do not block. They allocate nothing once as many jobs have been in the system as there will be.
class LiveExecutor {
 public:
  virtual ~LiveExecutor() = default;

  // SMs (cpu: worker threads) of each context, as verified at the start.
  [[nodiscard]] virtual std::span<const std::uint32_t> granted_sms() const = 0;

  // Starts a stage. Returns nullopt if it was started: a later poll says how it ended. Returns the reason if
  // it was not started: the slot is then still free. REQUIRES: the slot is free and its context neither lost
  // nor abandoned; the inputs of all jobs fit into `launch.batch`. `launch.jobs` is read only during the
  // call.
  [[nodiscard]] virtual std::optional<LaunchFailure> launch(const LaunchStage& launch) = 0;

  // Appends what ended since the last poll: each launch once, in any order, and each lost context once. After
  // that nothing more comes of a lost context.
  virtual void poll(PolledEvents& out) = 0;

  // Says that the job was admitted, in this step or an earlier one. If it is not launched at once, its input
  // may be copied while others run.
  virtual void admitted(JobId) {}

  // Says that the job will not run on. REQUIRES: no stage of it runs in a context that is still there.
  virtual void drop(JobId job) = 0;

  // Says that the run loop has given the context up, since a stage in it hangs. Nothing more comes of the
  // context, and nothing waits for it.
  virtual void abandon(ContextId context) = 0;

  // Waits until no stage runs, at most for `limit`, and forgets every job, so that another run can begin.
  // Returns false if a stage still runs somewhere. Then the executor can only be destroyed, which does not
  // wait for the stage either.
  [[nodiscard]] virtual bool drain(Duration limit) = 0;

  // For people: what happened to contexts so far, a sentence each.
  [[nodiscard]] virtual std::span<const std::string> notes() const { return {}; }
};

}  // namespace daris
