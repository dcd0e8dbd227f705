// What carries out launches on real hardware: the seam between the run loop (runtime/live_run.h) and a
// backend.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/ids.h"

namespace daris {

// A stage that ended: its time on the hardware, by the run's clock.
struct FinishedStage {
  SlotId slot;
  Time started;
  Duration execution;
  Duration handed_over = {};  // from launch() to the launch itself, where another process does it; else 0
};

// What one poll brought. The run loop owns it and reserves room for every slot and context; a poll only
// appends.
struct PolledEvents {
  std::vector<FinishedStage> finished;
  std::vector<LaunchFailed> failed;
  std::vector<ContextLost> lost;

  void clear();
  [[nodiscard]] bool empty() const { return finished.empty() && failed.empty() && lost.empty(); }
};

// Slot s is stream s % Ns of context s / Ns, and runs one stage at a time. A job's tensors live in the
// executor between its stages, from the launch of its first stage to the end of its last one, to drop(), or
// to the loss of its context.
//
// Threads: one, the run loop's; what the backend does beside it is its own affair. launch(), poll(), drop()
// and abandon() do not block, and allocate nothing once as many jobs have been in the system as there will
// be.
class LiveExecutor {
 public:
  virtual ~LiveExecutor() = default;

  // SMs (cpu: worker threads) of each context, as verified at the start.
  [[nodiscard]] virtual std::span<const std::uint32_t> granted_sms() const = 0;

  // Starts a stage. Nothing: it was started, and a later poll says how it ended. A reason: it was not, and
  // the slot is free. REQUIRES: the slot is free and its context neither lost nor abandoned; the inputs of
  // all jobs fit into `launch.batch`; `launch.jobs` need live only during the call.
  [[nodiscard]] virtual std::optional<LaunchFailure> launch(const LaunchStage& launch) = 0;

  // Appends what ended since the last poll: each launch once, in any order, and each lost context once, after
  // which nothing more comes of it.
  virtual void poll(PolledEvents& out) = 0;

  // The job will not run on. REQUIRES: no stage of it runs in a context that is still there.
  virtual void drop(JobId job) = 0;

  // The run loop has given the context up (a stage in it hangs): nothing more comes of it, and nothing waits
  // for it.
  virtual void abandon(ContextId context) = 0;

  // Waits until no stage runs, at most `limit`, and forgets every job, so that another run can begin. False:
  // a stage still runs somewhere; the executor can then only be destroyed, which waits no longer either.
  [[nodiscard]] virtual bool drain(Duration limit) = 0;

  // What happened to contexts so far, a sentence each, for people.
  [[nodiscard]] virtual std::span<const std::string> notes() const { return {}; }
};

}  // namespace daris
