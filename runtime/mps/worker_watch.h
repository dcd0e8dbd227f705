// Notices workers that end, and finds out if their end has hurt the others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/event.h"
#include "policy/ids.h"
#include "runtime/mps/worker_command.h"
#include "runtime/mps/worker_fleet.h"

namespace daris {

// When a worker has ended, by itself or because it was removed, the others are probed. Each gets a second to
// have the GPU answer, beside all that it runs. Probes are repeated until the driver has cleared up after the
// dead worker, since that is when the others may be hurt. If a worker does not answer, the server of MPS
// can't be trusted any more, and all contexts are lost. If more workers end meanwhile, only their contexts
// are lost, and the second begins anew for those that are left. Threads: one. Nothing here waits.
class WorkerWatch {
 public:
  explicit WorkerWatch(WorkerFleet& fleet) : fleet_(fleet) {}

  // Must be called at every poll. It looks at one worker about every quarter of a millisecond, and appends
  // contexts that were lost.
  void look(std::vector<ContextLost>& lost);

  // Removes the worker of a context that the run loop has given up. Does nothing if the context is lost
  // already.
  void give_up(ContextId context);

  // For people: what happened, a sentence each.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Probe {
    std::int64_t begun_ns = 0;
    std::uint32_t ticket = 0;
    std::uint32_t answers = 0;  // how often all have answered
  };

  void note_end(ContextId context, bool was_serving, std::vector<ContextLost>& lost);
  void begin_probe();
  void send_probe();
  void check_probe(std::vector<ContextLost>& lost);
  [[nodiscard]] bool all_cleared();
  [[nodiscard]] std::optional<ContextId> silent() const;
  void give_all_up(ContextId silent, std::vector<ContextLost>& lost);
  [[nodiscard]] std::uint32_t serving() const;

  WorkerFleet& fleet_;
  std::uint32_t polls_ = 0;
  std::int64_t next_look_ns_ = 0;
  std::uint32_t next_worker_ = 0;
  std::uint32_t tickets_ = 0;
  std::optional<Probe> probe_;
  std::vector<std::uint32_t> words_;
  std::vector<std::string> notes_;
};

}  // namespace daris
