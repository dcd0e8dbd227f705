#include "experiment/live/live_replication.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/logs/event_log.h"
#include "analysis/report/metrics.h"
#include "analysis/report/schedule_comparison.h"
#include "base/host/clock_step.h"
#include "base/host/exit_code.h"
#include "drive/names.h"
#include "experiment/blamed_misses.h"
#include "experiment/log_header.h"
#include "experiment/point_releases.h"
#include "plugin/loader.h"
#include "policy/registry.h"
#include "profiles/backend_names.h"
#include "runtime/gpu_meter.h"
#include "runtime/live_run.h"
#include "runtime/realtime.h"
#include "runtime/step_recorder.h"

namespace daris {
namespace {

void add_figures(RuntimeFigures& to, const GpuFigures& gpu, Duration window) {
  to.clock_mhz_start = gpu.clock_mhz_begin;
  to.clock_mhz_end = gpu.clock_mhz_end;
  to.memory_bytes = gpu.memory_bytes;
  if (gpu.power_w) to.energy_j = *gpu.power_w * static_cast<double>(window.ns()) / kNsPerSecond;
}

// Tells whether the injection asked for all losses, and nothing else went wrong.
bool are_injected(const LiveScenario& scenario, const LiveRunOutcome& outcome) {
  if (scenario.injection == nullptr || !outcome.drained || outcome.how == RunEnd::kNoContext) return false;
  const std::vector<ContextLoss>& losses = scenario.injection->contents.losses;
  return std::all_of(outcome.lost.begin(), outcome.lost.end(), [&](ContextId lost) {
    return std::any_of(losses.begin(), losses.end(),
                       [lost](const ContextLoss& loss) { return loss.context == lost; });
  });
}

std::optional<Error> losses_of(const LiveScenario& scenario, const LiveRunOutcome& outcome) {
  // Who stops a run does not wait for a stage that takes long, and so does not know if it hangs.
  const bool hangs = !outcome.drained && outcome.how != RunEnd::kStopped;
  if (outcome.lost.empty() && !hangs) return std::nullopt;
  std::string losses = fmt::format(
      "backend {}: {} of {} contexts were lost{}{}", to_text(scenario.config.backend), outcome.lost.size(),
      scenario.config.contexts,
      outcome.how == RunEnd::kNoContext ? ", so that the run ended early" : "; the run went on in the others",
      hangs ? "; a stage still hangs" : "");
  if (are_injected(scenario, outcome)) losses += ", as the injection asked";
  for (const std::string& note : scenario.machine.executor->notes()) losses += "; " + note;
  return environment_error(std::move(losses));
}

// Returns nullopt if the program never stood still for so long that it shows in deadlines.
std::optional<std::string> standstill_of(const LiveRunOutcome& outcome) {
  constexpr std::int64_t kShownMs = 100;
  const std::int64_t ms = outcome.stood_still.ns() / kNsPerMs;
  if (ms < kShownMs) return std::nullopt;
  return fmt::format(
      "the program stood still for {} ms, stopped or not given its core: what was due meanwhile is late", ms);
}

// Returns nullopt if no launch failed.
std::optional<std::string> failures_of(const RunResults& counted) {
  std::uint64_t failed = 0;
  std::string reasons;
  for (std::size_t reason = 0; reason < kLaunchFailures; ++reason) {
    const std::uint64_t count = counted.launch_failures[reason];
    failed += count;
    if (count == 0) continue;
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ",
                           to_text(static_cast<LaunchFailure>(reason)), count);
  }
  if (failed == 0) return std::nullopt;
  return fmt::format("launches of stages failed ({}), and their jobs were dropped", reasons);
}

// Returns nullopt if the host left the scheduler's thread alone. A thread that naps has no core of its own.
std::optional<std::string> host_warning(const RunResults& results, IdleMode idle) {
  if (idle != IdleMode::kSpin || host_share(*results.runtime, results.window) <= kHostShareLimit)
    return std::nullopt;
  return fmt::format(
      "the host took more than {:g}% of the time of the scheduler's thread (host_gaps), so these figures are "
      "not the GPU's alone; the guide says how to quieten a machine",
      kHostShareLimit * 100);
}

// The results of what the run counted up to its end.
std::optional<RunResults> results_of(const LiveScenario& scenario, LiveRunOutcome& outcome,
                                     RunResults counted, const GpuFigures& gpu) {
  const Time begin = scenario.description.window_begin;
  if (outcome.how == RunEnd::kStopped && outcome.end <= begin) return std::nullopt;
  // If all contexts were lost before the window, nothing was counted in it, and it stays whole.
  if (outcome.how != RunEnd::kDone && outcome.end > begin)
    counted.window = std::min(counted.window, outcome.end - begin);
  counted.runtime = std::move(outcome.figures);
  counted.runtime->context_memory_bytes = scenario.machine.context_memory_bytes;
  add_figures(*counted.runtime, gpu, counted.window);
  return counted;
}

// One replication: prepare() makes what the run needs, run() runs it, judge() says what it came to.
class Replication {
 public:
  Replication(const LiveScenario& scenario, const LiveReplicationSetup& setup)
      : scenario_(scenario), setup_(setup), metrics_(scenario.description) {}

  Status prepare() {
    Result<std::unique_ptr<Policy>> made = make_policy(scenario_.config.policy, scenario_.setup);
    // The point was checked, so only times that were measured here can be wrong for the policy.
    if (!made.ok()) return environment_error(made.error().message);
    policy_ = std::move(made).value();
    DARIS_TRY_ASSIGN(releases_, point_releases(scenario_.config, scenario_.workload, scenario_.setup,
                                               setup_.releases, setup_.number));
    clock_step_.emplace();
    observers_.push_back(&metrics_);
    if (scenario_.recorded != nullptr)
      observers_.push_back(
          &comparison_.emplace(*scenario_.recorded, scenario_.workload, scenario_.description));
    if (scenario_.config.blame)
      observers_.push_back(
          &blamed_.emplace("live", scenario_.point, scenario_.workload, scenario_.setup, *policy_)
               .observer());
    if (setup_.log_file.empty()) return {};
    DARIS_TRY_ASSIGN(log_, EventLogWriter::create(setup_.log_file,
                                                  make_log_header("live", scenario_.point, scenario_.workload,
                                                                  scenario_.setup, *policy_)));
    observers_.push_back(log_.get());
    return {};
  }

  void run() {
    LiveRunSetup live = live_setup();
    GpuMeter meter(*setup_.nvml, setup_.backend->pci_bus_id().value_or(""), *scenario_.clock,
                   {live.window_begin, live.window_end});
    live.begun = [&meter] { meter.begin(); };
    StepRecorder recorder(observers_, StepRecorder::kChunks, live.core);
    const RealtimePriority priority(scenario_.config.realtime);
    memory_may_go_ = scenario_.config.realtime && !priority.memory_locked();
    outcome_ = live_run(live, *policy_, *scenario_.machine.executor, *scenario_.clock, recorder);
    gpu_ = meter.finish();
    if (recorder.grown() > 0) {
      note(
          fmt::format("metrics and log fell behind the run: its scheduler had to allocate memory for them {} "
                      "times, which "
                      "may show in its latencies; see how fast the log's disk is",
                      recorder.grown()));
    }
  }

  // Errors: the policy, which is one from a file, failed.
  Result<LiveReplication> judge() {
    DARIS_TRY(status_of(*policy_));
    LiveReplication replication;
    replication.end = outcome_.how;
    if (log_ != nullptr) {
      if (const Status closed = log_->close(); !closed.ok()) replication.log_failure = closed.error();
    }
    replication.losses = losses_of(scenario_, outcome_);
    replication.losses_were_injected = are_injected(scenario_, outcome_);
    for (const std::optional<std::string>& warning :
         {clock_step_->warning(), standstill_of(outcome_), failures_of(metrics_.results())})
      if (warning) replication.warnings.push_back(*warning);
    if (memory_may_go_)
      replication.warnings.emplace_back("realtime: the memory could not be kept in place; see `ulimit -l`");
    replication.results = results_of(scenario_, outcome_, metrics_.results(), gpu_);
    if (replication.results) {
      if (auto warning = host_warning(*replication.results, setup_.backend->idle_mode()))
        replication.warnings.push_back(*std::move(warning));
    }
    if (comparison_ && replication.results) replication.results->schedule = comparison_->errors();
    if (blamed_ && replication.results)
      std::move(*blamed_).add_to(*replication.results, scenario_.description);
    return replication;
  }

 private:
  [[nodiscard]] LiveRunSetup live_setup() const {
    LiveRunSetup live;
    live.policy_setup = &scenario_.setup;
    live.releases = releases_;
    live.alone_times = scenario_.alone_times;
    live.window_begin = scenario_.description.window_begin;
    live.window_end = scenario_.description.window_end;
    live.stopped = [this] { return policy_->failure() != nullptr || setup_.stopped(); };
    live.drain_limit_if_stopped = Duration::from_ns(1'000'000'000);
    live.core = setup_.backend->scheduler_core();
    // The least limit is a quarter of the most, since removing a client from MPS takes the others 0.1 s.
    const Duration limit = setup_.backend->stage_limit();
    live.stage_limits = {Duration::from_ns(limit.ns() / 4), limit};
    if (scenario_.injection != nullptr) {
      live.losses = scenario_.injection->contents.losses;
      live.late_releases = scenario_.injection->contents.late_releases;
    }
    return live;
  }

  const LiveScenario& scenario_;
  const LiveReplicationSetup& setup_;
  std::unique_ptr<Policy> policy_;
  ReleaseList releases_;
  std::optional<ClockStep> clock_step_;
  MetricsCollector metrics_;
  std::optional<ScheduleComparison> comparison_;  // of a recorded schedule, if there is one
  std::optional<BlamedMisses> blamed_;            // if the report shall say why jobs missed
  std::unique_ptr<EventLogWriter> log_;           // null: there is no event log
  std::vector<Observer*> observers_;
  bool memory_may_go_ = false;  // although the scheduler has real-time priority
  LiveRunOutcome outcome_;
  GpuFigures gpu_;
};

}  // namespace

Result<LiveReplication> run_live_replication(const LiveScenario& scenario,
                                             const LiveReplicationSetup& setup) {
  Replication replication(scenario, setup);
  DARIS_TRY(replication.prepare());
  replication.run();
  return replication.judge();
}

}  // namespace daris
