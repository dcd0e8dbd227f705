// The live world behind cli/point_runner.h.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "cli/inputs.h"
#include "cli/live_scenario.h"
#include "cli/point_runner.h"
#include "runtime/live_backend.h"
#include "runtime/live_run.h"

namespace daris {

// The backend of a configuration. Errors: this program or this machine has none of that kind.
using BackendChoice = std::function<Result<std::shared_ptr<LiveBackend>>(const RunConfig&)>;

class LiveRunner final : public PointRunner {
 public:
  // `log_file`: where the event log of the first replication goes; empty: nowhere.
  explicit LiveRunner(BackendChoice choose, std::string log_file = "")
      : choose_(std::move(choose)), log_file_(std::move(log_file)) {}

  [[nodiscard]] Result<Point> settle(const RunConfig& config) override;
  [[nodiscard]] Status check(const Point& point) override;
  // One replication after the other; `threads` is not read.
  [[nodiscard]] Result<std::optional<Json>> run(const Point& point, std::size_t threads,
                                                const std::function<bool()>& stopped) const override;
  [[nodiscard]] std::optional<std::string> fault() const override { return fault_; }
  [[nodiscard]] bool runs_side_by_side() const override { return false; }
  [[nodiscard]] ReportKind kind() const override { return ReportKind::kLive; }
  [[nodiscard]] Provenance provenance(const Point& point) const override;

 private:
  struct Settled {
    WorkloadInput workload;
    std::shared_ptr<LiveBackend> backend;
    std::string unread_profile;  // that the configuration names
  };

  [[nodiscard]] Result<std::optional<RunResults>> run_replication(LiveScenario& scenario, const Settled& settled,
                                                                  std::uint32_t number,
                                                                  const std::function<bool()>& stopped) const;
  void note_losses(const LiveScenario& scenario, const LiveRunOutcome& outcome) const;

  BackendChoice choose_;
  std::string log_file_;
  Inputs inputs_;
  std::map<std::string, Settled> settled_;  // by id
  // Of the last point:
  mutable std::optional<std::string> losses_;  // contexts that were lost, in one line
  mutable std::optional<std::string> fault_;   // the same, where replications could not be run for it
};

}  // namespace daris
