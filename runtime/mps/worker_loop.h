// The worker's side of the talk with the scheduler. It is the same for a real GPU and for tests without one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/event.h"
#include "policy/ids.h"
#include "runtime/gpu/stage_stamps.h"
#include "runtime/mps/segment.h"
#include "runtime/mps/worker_command.h"
#include "runtime/mps/worker_setup.h"
#include "runtime/set_up_watch.h"

namespace daris {

struct LaunchStage;

// Carries the stages out inside a worker. Slots are numbered within the worker, from 0. Nothing throws.
class WorkerEngine {
 public:
  virtual ~WorkerEngine() = default;

  // Makes everything ready for a workload; called again for the next one. `lines` has one line a slot, into
  // which the end of each stage is written; they outlive the engine. Errors: of the environment, or `watch`
  // stopped it; the worker then ends.
  [[nodiscard]] virtual Result<WorkerReady> set_up(const WorkerSetup& setup, std::span<StampLine> lines,
                                                   const SetUpWatch& watch) = 0;

  [[nodiscard]] virtual std::optional<LaunchFailure> launch(const LaunchStage& launch) = 0;
  // Stages launched in the slot so far. The slot's line counts those that have ended.
  [[nodiscard]] virtual std::uint32_t launched(SlotId slot) const = 0;
  // Says that the slot's stage has ended.
  virtual void end(SlotId slot) = 0;
  virtual void drop(JobId job) = 0;
  // Forgets all jobs. REQUIRES: nothing runs.
  virtual void reset() = 0;

  // Starts something small on the GPU, beside all that runs. probe_ended() tells if it is done. Neither
  // waits.
  virtual void begin_probe() = 0;
  [[nodiscard]] virtual bool probe_ended() = 0;
  // Says why nothing works any more in this process; nullopt while all works. Called about every 10 ms.
  [[nodiscard]] virtual std::optional<std::string> fault() = 0;
};

// Reads setups from `input`, a socket, a line each, and answers each of them to `output`. Between them it
// obeys the commands in shared memory, on a core of its own if it was given one. It ends when the input ends
// or the engine has a fault.
class WorkerLoop {
 public:
  // `memory` is the descriptor of the segment.
  WorkerLoop(WorkerEngine& engine, int input, int output, int memory)
      : engine_(engine), input_(input), output_(output), memory_(memory) {}

  // Returns the exit status for the process.
  [[nodiscard]] int run();

 private:
  enum class Wake { kTold, kFault };

  [[nodiscard]] bool read_line(std::string& line);
  [[nodiscard]] Result<WorkerReady> set_up(const std::string& line);
  // The scheduler is told of progress, now and then. If it has closed the input, the set-up is stopped.
  [[nodiscard]] SetUpWatch watch() const;
  [[nodiscard]] bool input_is_closed() const;
  [[nodiscard]] bool say(const std::string& line) const;
  [[nodiscard]] Wake serve();
  void obey(const WorkerCommand& command);
  void launch(const WorkerCommand& command);
  void end_if_ended(SlotId slot);
  [[nodiscard]] std::optional<Wake> look();

  WorkerEngine& engine_;
  int input_;
  int output_;
  int memory_;
  std::string said_;  // input that is not yet a whole line
  std::optional<Segment> segment_;
  WorkerMemory shared_;
  std::optional<std::uint32_t> core_;
  std::vector<bool> busy_;  // by slot
  std::optional<std::uint32_t> probing_;
  CommandDecoder decoder_;
};

}  // namespace daris
