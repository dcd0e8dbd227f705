// The live world behind experiment/point_runner.h.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiment/capacity.h"
#include "experiment/inputs.h"
#include "experiment/live/live_replication.h"
#include "experiment/live/live_scenario.h"
#include "experiment/point_runner.h"
#include "experiment/scenario.h"
#include "experiment/scenario_check.h"
#include "gpu/nvml.h"
#include "runtime/live_backend.h"

namespace daris {

// Chooses the backend of a configuration. Errors: of the environment, if this program or this machine has
// none of that kind.
using BackendChoice = std::function<Result<std::shared_ptr<LiveBackend>>(const RunConfig&)>;

class LiveRunner final : public PointRunner {
 public:
  // The event log of the first replication goes to `log_file`; to no file if that is empty. If `nvml` is
  // null, the system's is used.
  explicit LiveRunner(BackendChoice choose, std::string log_file = "", std::unique_ptr<Nvml> nvml = nullptr)
      : choose_(std::move(choose)),
        log_file_(std::move(log_file)),
        nvml_(nvml != nullptr ? std::move(nvml) : std::make_unique<Nvml>()) {}

  [[nodiscard]] Result<Point> settle(const RunConfig& config) override;
  [[nodiscard]] Status check(const Point& point) override;
  // Runs one replication after the other, in one executor; `threads` is not read. If the first one is stopped
  // inside its window, the point holds what it counted until then.
  [[nodiscard]] Result<PointRun> run(const Point& point, std::size_t threads,
                                     const std::function<bool()>& stopped) override;
  // Runs replications in live_order(), with whole points if a point needs leave to begin. Each is warmed up
  // by itself. A context that is lost is why its point could not be run, unless an injection asked for it. It
  // is an error if a stage still hangs after that.
  [[nodiscard]] Status run_all(std::span<const Point> points, std::size_t threads,
                               const std::function<bool()>& stopped, const PointDone& done,
                               const PointFailed& failed) override;
  // Durations, and set-up and warm-up as `past` has them: only a start of the machine tells these.
  [[nodiscard]] std::string expected_time(std::span<const Point> points, std::size_t all, std::size_t threads,
                                          const PastRuns& past) override;
  [[nodiscard]] ReportKind kind() const override { return ReportKind::kLive; }
  [[nodiscard]] Provenance provenance(const Point& point) const override;
  [[nodiscard]] std::string machine(const Point& point) const override;

 private:
  struct Settled {
    ScenarioInputs files;  // profile and contention model are null if the run measures its own estimates
    ScenarioInputs shape_files;  // with which the shape is chosen; null if it is given
    std::shared_ptr<LiveBackend> backend;
    std::string unread_profile;  // the configuration names it
    bool fell_back = false;      // to the CPU, which nobody asked for
  };
  // The replications of a point that run() ran, one after the other.
  struct Replications {
    std::vector<RunResults> results;
    RunEnd end = RunEnd::kDone;        // of the last one
    std::optional<Error> losses;       // of the last one
    std::optional<Error> log_failure;  // of any
  };
  // A point's replications so far, of those that run_all() runs.
  struct Collected {
    PointDescription point;  // the first one's
    RunDescription description;
    std::vector<RunResults> results;
    bool failed = false;  // it could not be run, and the rest of it is left out
  };

  [[nodiscard]] Result<Settled> read_files(SettledConfig& config, std::shared_ptr<LiveBackend> backend);
  // What the simulator needs to choose a shape: the profile that is named, else the bundled one of this GPU.
  // Errors: there is none.
  [[nodiscard]] Result<ScenarioInputs> read_shape_files(const SettledConfig& config, const Settled& settled);
  // The configuration in its shape, which is chosen once for all replications if the point leaves it open.
  [[nodiscard]] Result<SettledConfig> shaped(const Point& point);
  [[nodiscard]] Result<LiveScenario> prepare(const Point& point, const std::function<bool()>& stopped);
  // Says how far a set-up is.
  [[nodiscard]] std::function<void(std::size_t, std::size_t)> captured() const;
  // `config` is the point's in its shape.
  void warn_of_machine(const Point& point, const SettledConfig& config,
                       std::vector<std::string>& warnings) const;
  [[nodiscard]] Result<LiveReplication> replicate(const Point& point, const LiveScenario& scenario,
                                                  std::uint32_t number,
                                                  const std::function<bool()>& stopped) const;
  [[nodiscard]] Result<Replications> run_replications(const Point& point, LiveScenario& scenario,
                                                      const std::function<bool()>& stopped) const;
  // Makes the report's point of the replications, and says what went wrong.
  [[nodiscard]] PointRun judge(const Point& point, LiveScenario& scenario, const Replications& all,
                               const std::function<bool()>& stopped) const;
  [[nodiscard]] Status add_replication(const Point& point, std::uint32_t number,
                                       const std::function<bool()>& stopped, Collected& collected);

  BackendChoice choose_;
  std::string log_file_;
  std::unique_ptr<Nvml> nvml_;
  Inputs inputs_;
  std::map<std::string, Settled> settled_;  // by id
  CapacityCache modelled_capacities_;       // by profiles
  ScenarioCheck scenario_check_{modelled_capacities_};
  KnownCapacities known_capacities_;  // of this machine, so that one load means one demand in all points
  KnownBatchLimits known_batch_limits_;
  std::map<std::string, ShapeChoice> known_shapes_;  // by id
};

}  // namespace daris
