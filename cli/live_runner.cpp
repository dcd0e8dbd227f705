#include "cli/live_runner.h"

#include <utility>
#include <vector>

#include "analysis/event_log.h"
#include "analysis/metrics.h"
#include "analysis/schedule_errors.h"
#include "cli/log_header.h"
#include "cli/normalise.h"
#include "cli/point_id.h"
#include "cli/point_releases.h"
#include "cli/version.h"
#include "policy/registry.h"
#include "runtime/step_recorder.h"

namespace daris {

Result<Point> LiveRunner::settle(const RunConfig& config) {
  Result<std::shared_ptr<LiveBackend>> backend = choose_(config);
  if (!backend.ok()) return backend.error();
  RunConfig chosen = config;
  chosen.backend = backend.value()->mechanism();
  chosen.automatic_backend = false;
  Result<RunConfig> settled = normalise(chosen);
  if (!settled.ok()) return settled.error();
  Point point;
  point.config = std::move(settled).value();
  // A live run measures for itself what a simulated one takes from these.
  const std::string unread_profile = std::exchange(point.config.profile, "");
  point.config.model.clear();
  Result<WorkloadInput> workload = inputs_.workload(point.config);
  if (!workload.ok()) return workload.error();
  const MachineFacts& facts = backend.value()->facts();
  const WorkloadInput& files = workload.value();
  point.id = point_id(point.config, {"live", facts.gpu.value_or(""), facts.driver.value_or(""), files.sha256()});
  settled_.emplace(point.id, Settled{std::move(workload).value(), std::move(backend).value(), unread_profile});
  return point;
}

Status LiveRunner::check(const Point& point) {
  const Settled& settled = settled_.at(point.id);
  return check_live_point(point.config, settled.workload, *settled.backend);
}

Result<std::optional<Json>> LiveRunner::run(const Point& point, std::size_t,
                                            const std::function<bool()>& stopped) const {
  losses_.reset();
  fault_.reset();
  const Settled& settled = settled_.at(point.id);
  Result<LiveScenario> made = make_live_scenario(point.config, point.id, settled.workload, *settled.backend, stopped);
  if (stopped()) return std::optional<Json>();
  if (!made.ok()) return made.error();
  LiveScenario& scenario = made.value();
  if (!settled.unread_profile.empty()) {
    scenario.point.warnings.push_back("profile \"" + settled.unread_profile +
                                      "\" was not read: the run measured its own estimates");
  }
  std::vector<RunResults> results;
  for (std::uint32_t number = 0; number < point.config.replications && !losses_; ++number) {
    Result<std::optional<RunResults>> one = run_replication(scenario, settled, number, stopped);
    if (!one.ok()) return one.error();
    if (!one.value()) break;
    results.push_back(*std::move(one).value());
  }
  if (results.empty()) return std::optional<Json>();
  if (losses_) scenario.point.warnings.push_back(*losses_);
  if (losses_ && results.size() < point.config.replications) fault_ = losses_;
  return std::optional<Json>(point_to_json(scenario.point, scenario.description, results));
}

// Nothing where it was stopped before its end.
Result<std::optional<RunResults>> LiveRunner::run_replication(LiveScenario& scenario, const Settled& settled,
                                                              std::uint32_t number,
                                                              const std::function<bool()>& stopped) const {
  const Result<std::unique_ptr<Policy>> policy = make_policy(scenario.config.policy, scenario.setup);
  if (!policy.ok()) return policy.error();
  const ReleaseList releases =
      point_releases(scenario.config, scenario.workload, scenario.setup, settled.workload.releases.get(), number);
  MetricsCollector metrics(scenario.description);
  std::vector<Observer*> observers{&metrics};
  std::optional<ScheduleComparison> comparison;
  if (scenario.recorded != nullptr)
    observers.push_back(&comparison.emplace(*scenario.recorded, scenario.workload, scenario.description));
  std::unique_ptr<EventLogWriter> writer;
  if (number == 0 && !log_file_.empty()) {
    Result<std::unique_ptr<EventLogWriter>> created = EventLogWriter::create(
        log_file_, make_log_header("live", scenario.point, scenario.workload, scenario.setup, *policy.value()));
    if (!created.ok()) return created.error();
    writer = std::move(created).value();
    observers.push_back(writer.get());
  }
  LiveRunSetup live;
  live.policy_setup = &scenario.setup;
  live.releases = releases;
  live.window_begin = scenario.description.window_begin;
  live.window_end = scenario.description.window_end;
  live.stopped = stopped;
  live.core = settled.backend->scheduler_core();
  live.stage_limit = settled.backend->stage_limit();
  StepRecorder recorder(observers);
  LiveRunOutcome outcome = live_run(live, *policy.value(), *scenario.machine.executor, *scenario.clock, recorder);
  if (writer != nullptr) {
    const Status closed = writer->close();
    if (!closed.ok()) return closed.error();
  }
  note_losses(scenario, outcome);
  if (outcome.how == RunEnd::kStopped) return std::optional<RunResults>();
  RunResults results = metrics.results();
  results.runtime = std::move(outcome.figures);
  if (comparison) results.schedule = comparison->errors();
  return std::optional<RunResults>(std::move(results));
}

// After a loss the executor serves no further replication.
void LiveRunner::note_losses(const LiveScenario& scenario, const LiveRunOutcome& outcome) const {
  if (outcome.lost.empty() && outcome.drained) return;
  const bool ended = outcome.how == RunEnd::kNoContext;
  losses_ = "backend " + std::string(to_text(scenario.config.backend)) + ": " + std::to_string(outcome.lost.size()) +
            " of " + std::to_string(scenario.config.contexts) + " contexts were lost" +
            (ended ? ", so that the run ended early" : "; the run went on in the others") +
            (outcome.drained ? "" : "; a stage still hangs");
  if (ended) fault_ = losses_;
}

Provenance LiveRunner::provenance(const Point& point) const {
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  const MachineFacts& facts = settled_.at(point.id).backend->facts();
  Provenance provenance;
  provenance.program = program_name();
  provenance.commit = known(program_commit());
  provenance.seed = point.config.seed;
  provenance.gpu = facts.gpu;
  provenance.driver = facts.driver;
  provenance.cuda = facts.cuda;
  provenance.cudnn = facts.cudnn;
  provenance.libtorch = facts.libtorch;
  return provenance;
}

}  // namespace daris
