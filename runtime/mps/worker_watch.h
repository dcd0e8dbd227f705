// Notices workers that end, and finds out whether their end has hurt the others.
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

// Whenever a worker has ended, of itself or removed, each of the others gets a second to have the GPU answer
// a probe, beside all that it runs; and again until the driver has cleared up after the dead one, which is
// when the others may be hurt. If one does not answer, the server of MPS can't be trusted any more: all
// contexts are lost. Workers that end meanwhile are lost by themselves, and the second begins anew for those
// that are left. Threads: one. Nothing here waits.
class WorkerWatch {
 public:
  explicit WorkerWatch(WorkerFleet& fleet) : fleet_(fleet) {}

  // To be called at every poll: about every quarter of a millisecond it looks at one worker. Appends contexts
  // that were lost.
  void look(std::vector<ContextLost>& lost);

  // The run loop has given the context up: its worker is removed. Nothing where it is lost already.
  void give_up(ContextId context);

  // What happened, a sentence each, for people.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Probe {
    std::int64_t begun_ns = 0;
    std::uint32_t ticket = 0;
    std::uint32_t answers = 0;  // so many times all have answered
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
