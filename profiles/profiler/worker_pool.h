// The worker processes that measure units. One works at a time (under MPS: those of one shape); the others
// are idle.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gpu/mps_daemon.h"
#include "profiles/profiler/sitting.h"
#include "profiles/profiler/worker_process.h"

namespace daris {

// Starts the workers that a unit needs and keeps them while the next units need the same. Threads: one.
class WorkerPool final : public UnitRunner {
 public:
  // `program` is this executable. `interrupted` is asked again and again while a worker is waited for.
  WorkerPool(std::string program, std::uint32_t samples, std::function<bool()> interrupted)
      : program_(std::move(program)), samples_(samples), interrupted_(std::move(interrupted)) {}

  // The GPU of this machine, as a profile without figures. The error says why there is none.
  [[nodiscard]] Result<Profile> describe_machine();

  // REQUIRES: describe_machine() has found a GPU.
  [[nodiscard]] Outcome run(const WorkUnit& unit) override;

  // Ends all workers and the MPS daemon.
  void stop();

 private:
  // The kind of work that a worker was started for.
  struct Kind {
    WorkerRole role = WorkerRole::kTiming;
    std::uint32_t mps_percentage = 0;
    std::uint32_t choice_sms = 0;  // timing: where cuDNN chooses (plan.h)
    friend bool operator==(const Kind&, const Kind&) = default;
  };
  enum class Availability { kReady, kFailed, kUnavailable };
  struct Readiness {
    Availability availability = Availability::kReady;
    std::string message;
  };

  [[nodiscard]] Kind kind_of(const WorkUnit& unit) const;
  [[nodiscard]] Readiness make_ready(const Kind& kind, std::size_t count);
  [[nodiscard]] Readiness start_workers(std::vector<WorkerProcess>& workers, const Kind& kind,
                                        std::size_t count);
  [[nodiscard]] Result<Profile> greet(WorkerProcess& worker);
  // Asks one of the workers, by default the first.
  [[nodiscard]] Outcome ask(std::string_view verb, std::vector<WorkerProcess>& workers, const WorkUnit& unit,
                            std::size_t worker = 0);
  // Errors: the talk has broken off, or the worker can't go on.
  [[nodiscard]] Result<Outcome> read_outcome(WorkerProcess& worker, double patience_s);
  [[nodiscard]] Outcome saturate_by_mps(const WorkUnit& unit);
  // The first client is measured while the others are busy.
  [[nodiscard]] Outcome beside_clients(const WorkUnit& unit);
  // Each client of the unit chooses the algorithms of the network that it will run, one after the other,
  // since nothing else may run meanwhile. What goes wrong is returned.
  [[nodiscard]] std::optional<Outcome> choose_in_turn(const WorkUnit& unit);
  [[nodiscard]] Status prepare_together(const WorkUnit& unit, double patience_s);
  // Stops all workers of a kind after the talk with one has broken off; the next unit starts new ones.
  [[nodiscard]] Outcome failed(std::vector<WorkerProcess>& workers, const std::string& message);
  void stop_workers(std::vector<WorkerProcess>& workers);

  std::string program_;
  std::uint32_t samples_;
  std::function<bool()> interrupted_;
  Profile machine_;
  std::optional<MpsDaemon> daemon_;
  // The timing worker stays while units choose in as many SMs, because cuDNN's choices live in it. Only one
  // of the other kinds has workers at a time.
  std::vector<WorkerProcess> timing_;
  std::optional<std::uint32_t> timing_choice_sms_;  // nullopt: it has not measured yet
  std::vector<WorkerProcess> others_;
  Kind others_kind_;
};

}  // namespace daris
