// The worker processes that measure units: one at work at a time (under MPS: those of one shape), the others
// idle.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gpu/mps_daemon.h"
#include "profiles/profiler/sitting.h"
#include "profiles/profiler/worker_process.h"

namespace daris {

// Starts what a unit needs and keeps it while the next ones need the same. Threads: one.
class WorkerPool final : public UnitRunner {
 public:
  // `program` is this executable. `interrupted` is asked again and again while a worker is waited for.
  WorkerPool(std::string program, std::uint32_t samples, std::function<bool()> interrupted)
      : program_(std::move(program)), samples_(samples), interrupted_(std::move(interrupted)) {}

  // What GPU there is: a profile without figures. Error: why there is none.
  [[nodiscard]] Result<Profile> describe_machine();

  // REQUIRES: describe_machine() gave one.
  [[nodiscard]] Outcome run(const WorkUnit& unit) override;

  // Lets all workers end, and the MPS daemon.
  void stop();

 private:
  // What a worker was started as.
  struct Kind {
    WorkerRole role = WorkerRole::kTiming;
    std::uint32_t mps_percentage = 0;
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
  [[nodiscard]] Outcome ask(std::vector<WorkerProcess>& workers, const WorkUnit& unit);
  // Error: the talk broke off, or the worker can't go on.
  [[nodiscard]] Result<Outcome> read_outcome(WorkerProcess& worker, double patience_s);
  [[nodiscard]] Outcome saturate_by_mps(const WorkUnit& unit);
  [[nodiscard]] Status prepare_together(const WorkUnit& unit, double patience_s);
  // A worker that broke off its talk is stopped with all of its kind; the next unit starts new ones.
  [[nodiscard]] Outcome failed(std::vector<WorkerProcess>& workers, const std::string& message);
  void stop_workers(std::vector<WorkerProcess>& workers);

  std::string program_;
  std::uint32_t samples_;
  std::function<bool()> interrupted_;
  Profile machine_;
  std::optional<MpsDaemon> daemon_;
  // The timing worker stays for the whole sitting: cuDNN's choices live in it. Of the other kinds one is
  // there at a time.
  std::vector<WorkerProcess> timing_;
  std::vector<WorkerProcess> others_;
  Kind others_kind_;
};

}  // namespace daris
