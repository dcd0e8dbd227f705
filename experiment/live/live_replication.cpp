#include "experiment/live/live_replication.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/logs/event_log.h"
#include "analysis/report/metrics.h"
#include "analysis/report/schedule_errors.h"
#include "base/host/clock_step.h"
#include "base/host/exit_code.h"
#include "drive/names.h"
#include "experiment/log_header.h"
#include "experiment/point_releases.h"
#include "policy/registry.h"
#include "profiles/backend_names.h"
#include "runtime/gpu_meter.h"
#include "runtime/live_run.h"
#include "runtime/step_recorder.h"

namespace daris {
namespace {

void add_figures(RuntimeFigures& to, const GpuFigures& gpu, Duration window) {
  to.clock_mhz_start = gpu.clock_mhz_begin;
  to.clock_mhz_end = gpu.clock_mhz_end;
  to.memory_bytes = gpu.memory_bytes;
  if (gpu.power_w) to.energy_j = *gpu.power_w * static_cast<double>(window.ns()) / 1e9;
}

std::optional<std::string> losses_of(const LiveScenario& scenario, const LiveRunOutcome& outcome) {
  if (outcome.lost.empty() && outcome.drained) return std::nullopt;
  std::string losses = "backend " + std::string(to_text(scenario.config.backend)) + ": " +
                       std::to_string(outcome.lost.size()) + " of " +
                       std::to_string(scenario.config.contexts) + " contexts were lost" +
                       (outcome.how == RunEnd::kNoContext ? ", so that the run ended early"
                                                          : "; the run went on in the others") +
                       (outcome.drained ? "" : "; a stage still hangs");
  for (const std::string& note : scenario.machine.executor->notes()) losses += "; " + note;
  return losses;
}

// Nothing where it went on all the time, as far as that shows in deadlines.
std::optional<std::string> standstill_of(const LiveRunOutcome& outcome) {
  constexpr std::int64_t kShownMs = 100;
  const std::int64_t ms = outcome.stood_still.ns() / 1'000'000;
  if (ms < kShownMs) return std::nullopt;
  return "the program stood still for " + std::to_string(ms) +
         " ms, stopped or not given its core: what was due meanwhile is late";
}

// Nothing where none did.
std::optional<std::string> failures_of(const RunResults& counted) {
  std::uint64_t failed = 0;
  std::string reasons;
  for (std::size_t reason = 0; reason < kLaunchFailures; ++reason) {
    const std::uint64_t count = counted.launch_failures[reason];
    failed += count;
    if (count > 0)
      reasons += (reasons.empty() ? "" : ", ") + std::string(to_text(static_cast<LaunchFailure>(reason))) +
                 " " + std::to_string(count);
  }
  if (failed == 0) return std::nullopt;
  return "launches of stages failed (" + reasons + "), and their jobs were dropped";
}

// Of what the run counted up to its end.
std::optional<RunResults> results_of(const LiveScenario& scenario, LiveRunOutcome& outcome,
                                     RunResults counted, const GpuFigures& gpu) {
  const Time begin = scenario.description.window_begin;
  if (outcome.how == RunEnd::kStopped && outcome.end <= begin) return std::nullopt;
  // Where all contexts were lost before the window, nothing was counted in it, and it is the whole one.
  if (outcome.how != RunEnd::kDone && outcome.end > begin)
    counted.window = std::min(counted.window, outcome.end - begin);
  counted.runtime = std::move(outcome.figures);
  counted.runtime->context_memory_bytes = scenario.machine.context_memory_bytes;
  add_figures(*counted.runtime, gpu, counted.window);
  return counted;
}

}  // namespace

Result<LiveReplication> run_live_replication(const LiveScenario& scenario,
                                             const LiveReplicationSetup& setup) {
  const Result<std::unique_ptr<Policy>> policy = make_policy(scenario.config.policy, scenario.setup);
  if (!policy.ok()) return policy.error();
  const ReleaseList releases =
      point_releases(scenario.config, scenario.workload, scenario.setup, setup.releases, setup.number);
  const ClockStep clock_step;
  MetricsCollector metrics(scenario.description);
  std::vector<Observer*> observers{&metrics};
  std::optional<ScheduleComparison> comparison;
  if (scenario.recorded != nullptr)
    observers.push_back(&comparison.emplace(*scenario.recorded, scenario.workload, scenario.description));
  std::unique_ptr<EventLogWriter> writer;
  if (!setup.log_file.empty()) {
    Result<std::unique_ptr<EventLogWriter>> created = EventLogWriter::create(
        setup.log_file,
        make_log_header("live", scenario.point, scenario.workload, scenario.setup, *policy.value()));
    if (!created.ok()) return created.error();
    writer = std::move(created).value();
    observers.push_back(writer.get());
  }
  LiveRunSetup live;
  live.policy_setup = &scenario.setup;
  live.releases = releases;
  live.alone_times = scenario.alone_times;
  live.window_begin = scenario.description.window_begin;
  live.window_end = scenario.description.window_end;
  live.stopped = setup.stopped;
  live.core = setup.backend->scheduler_core();
  const Duration limit = setup.backend->stage_limit();
  live.stage_limits = {Duration::from_ns(limit.ns() / 4),
                       limit};  // a client's removal from MPS takes the others 0.1 s
  GpuMeter meter(*setup.nvml, setup.backend->pci_bus_id().value_or(""), *scenario.clock,
                 {live.window_begin, live.window_end});
  live.begun = [&meter] { meter.begin(); };
  StepRecorder recorder(observers, StepRecorder::kChunks, live.core);
  LiveRunOutcome outcome =
      live_run(live, *policy.value(), *scenario.machine.executor, *scenario.clock, recorder);
  const GpuFigures gpu = meter.finish();
  if (recorder.grown() > 0) {
    note("metrics and log fell behind the run: its scheduler had to allocate memory for them " +
         std::to_string(recorder.grown()) +
         " times, which may show in its latencies; see how fast the log's disk is");
  }
  LiveReplication replication;
  if (writer != nullptr) {
    const Status closed = writer->close();
    if (!closed.ok()) replication.log_failure = closed.error().message;
  }
  replication.cut = outcome.how == RunEnd::kStopped;
  replication.ended_early = outcome.how == RunEnd::kNoContext;
  replication.losses = losses_of(scenario, outcome);
  for (const std::optional<std::string>& warning :
       {clock_step.warning(), standstill_of(outcome), failures_of(metrics.results())})
    if (warning) replication.warnings.push_back(*warning);
  replication.results = results_of(scenario, outcome, metrics.results(), gpu);
  if (comparison && replication.results) replication.results->schedule = comparison->errors();
  return replication;
}

}  // namespace daris
