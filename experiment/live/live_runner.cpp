#include "experiment/live/live_runner.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/report/report.h"
#include "base/host/exit_code.h"
#include "base/host/host_facts.h"
#include "base/number_text.h"
#include "base/version.h"
#include "experiment/live/live_order.h"
#include "experiment/live/live_saturation.h"
#include "experiment/normalise.h"
#include "experiment/point_id.h"

namespace daris {
namespace {

void warn_of_cut(LiveScenario& scenario, std::span<const RunResults> results) {
  const Duration whole = scenario.description.window_end - scenario.description.window_begin;
  const auto seconds = [](Duration time) { return number_text(static_cast<double>(time.ns()) / 1e9); };
  std::string text = "interrupted: ";
  if (results.front().window < whole) {
    text += "the only replication was cut after " + seconds(results.front().window) + " of " +
            seconds(whole) + " s of its window";
  } else {
    text += std::to_string(results.size()) + " of " + std::to_string(scenario.config.replications) +
            " replications were finished";
  }
  scenario.point.warnings.push_back(std::move(text));
}

void warn_of_other_gpu(const ProfileInput& profile, const MachineFacts& facts,
                       std::vector<std::string>& warnings) {
  const GpuDescription& gpu = profile.contents.gpu;
  if (gpu.name == facts.gpu && gpu.driver == facts.driver) return;
  warnings.push_back("profile \"" + profile.name + "\" is of another GPU or driver (" + gpu.name + ", " +
                     gpu.driver + ") than this run (" + facts.gpu.value_or("unknown") + ", " +
                     facts.driver.value_or("unknown") + "); its estimates are used all the same");
}

// Those that are not there yet: replications may have the same ones.
void add_warnings(std::vector<std::string>& to, const std::vector<std::string>& from) {
  for (const std::string& warning : from)
    if (std::find(to.begin(), to.end(), warning) == to.end()) to.push_back(warning);
}

}  // namespace

Result<Point> LiveRunner::settle(const RunConfig& config) {
  Result<std::shared_ptr<LiveBackend>> backend = choose_(config);
  if (!backend.ok()) return environment_error(backend.error().message);
  RunConfig chosen = config;
  chosen.backend = backend.value()->kind();
  chosen.automatic_backend = false;
  Result<RunConfig> settled = normalise(chosen);
  if (!settled.ok()) return settled.error();
  Point point;
  point.config = std::move(settled).value();
  Result<Settled> read = read_files(point.config, std::move(backend).value());
  if (!read.ok()) return read.error();
  read.value().fell_back = config.automatic_backend && chosen.backend == Backend::kCpu;
  const Settled& known = read.value();
  const MachineFacts& facts = known.backend->facts();
  std::vector<std::string> contents{"live", facts.gpu.value_or(""), facts.driver.value_or(""),
                                    known.files.workload.sha256()};
  if (known.files.profile != nullptr) {
    contents.push_back(known.files.profile->sha256);
    contents.push_back(known.files.contention->sha256);
  }
  point.id = point_id(point.config, contents);
  settled_.emplace(point.id, std::move(read).value());
  return point;
}

// On a GPU a profile that is named gives load and estimates, as it does in the simulator; else the run
// measures its own.
Result<LiveRunner::Settled> LiveRunner::read_files(RunConfig& config, std::shared_ptr<LiveBackend> backend) {
  Settled settled;
  settled.backend = std::move(backend);
  if (settled.backend->pci_bus_id() && !config.profile.empty()) {
    Result<ScenarioInputs> files = read_scenario_inputs(inputs_, config);
    if (!files.ok()) return files.error();
    settled.files = std::move(files).value();
    return settled;
  }
  settled.unread_profile = std::exchange(config.profile, "");
  config.model.clear();
  Result<WorkloadInput> workload = inputs_.workload(config);
  if (!workload.ok()) return workload.error();
  settled.files.workload = std::move(workload).value();
  return settled;
}

Status LiveRunner::check(const Point& point) {
  const Settled& settled = settled_.at(point.id);
  if (settled.files.profile != nullptr) {
    const Result<Scenario> modelled = make_scenario(point.config, point.id, settled.files);
    if (!modelled.ok()) return modelled.error();
  }
  return check_live_point(point.config, settled.files.workload, *settled.backend);
}

Result<LiveScenario> LiveRunner::prepare(const Point& point, const std::function<bool()>& stopped) {
  const Settled& settled = settled_.at(point.id);
  std::optional<Scenario> modelled;
  if (settled.files.profile != nullptr) {
    Result<Scenario> scenario = make_scenario(point.config, point.id, settled.files);
    if (!scenario.ok()) return scenario.error();
    modelled = std::move(scenario).value();
  }
  Result<LiveScenario> made = make_live_scenario(
      point.config, point.id, settled.files.workload,
      {*settled.backend, known_capacities_, known_batch_limits_, stopped, modelled ? &*modelled : nullptr});
  if (!made.ok()) return made;
  std::vector<std::string>& warnings = made.value().point.warnings;
  if (settled.files.profile != nullptr)
    warn_of_other_gpu(*settled.files.profile, settled.backend->facts(), warnings);
  if (settled.fell_back) warnings.emplace_back("backend auto: no GPU was found, and models ran on the CPU");
  if (!settled.unread_profile.empty())
    warnings.push_back("profile \"" + settled.unread_profile +
                       "\" was not read: the run measured its own estimates");
  if (settled.backend->kind() == Backend::kMps && point.config.sms &&
      *point.config.oversubscription_milli > 1000)
    warnings.emplace_back(
        "sms: MPS limits how many SMs a context has, not which: contexts that overlap may use more of the "
        "GPU "
        "together");
  if (settled.backend->pci_bus_id() && !nvml_->loaded())
    warnings.emplace_back(
        "NVML (libnvidia-ml.so.1) is missing: energy, clocks and memory of the GPU were not measured");
  return made;
}

Result<LiveReplication> LiveRunner::replicate(const Point& point, const LiveScenario& scenario,
                                              std::uint32_t number,
                                              const std::function<bool()>& stopped) const {
  const Settled& settled = settled_.at(point.id);
  LiveReplicationSetup setup;
  setup.backend = settled.backend.get();
  setup.releases = settled.files.workload.releases.get();
  setup.nvml = nvml_.get();
  setup.number = number;
  if (number == 0) setup.log_file = log_file_;
  setup.stopped = stopped;
  return run_live_replication(scenario, setup);
}

Result<PointRun> LiveRunner::run(const Point& point, std::size_t, const std::function<bool()>& stopped) {
  PointRun run;
  Result<LiveScenario> made = prepare(point, stopped);
  if (stopped()) return run;
  if (!made.ok()) return made.error();
  LiveScenario& scenario = made.value();
  if (!scenario.batch_choice.empty()) note(scenario.batch_choice);
  if (!scenario.machine.summary.empty()) note(scenario.machine.summary);
  std::vector<RunResults> results;
  std::optional<std::string> losses;
  bool cut = false;
  bool ended_early = false;
  for (std::uint32_t number = 0; number < point.config.replications && !losses && !cut; ++number) {
    Result<LiveReplication> one = replicate(point, scenario, number, stopped);
    if (!one.ok()) return one.error();
    LiveReplication& replication = one.value();
    cut = replication.cut;
    losses = replication.losses;
    ended_early = replication.ended_early;
    add_warnings(scenario.point.warnings, replication.warnings);
    if (replication.log_failure) {
      run.mishap = environment_error(*replication.log_failure + "; the report stands all the same");
      scenario.point.warnings.push_back(*replication.log_failure);
    }
    if (ended_early && losses) run.mishap = environment_error(*losses);
    // A window that was cut weighs as much as a whole one in what is made of several: it stands alone or not
    // at all.
    if (replication.results && (!cut || results.empty())) results.push_back(*std::move(replication.results));
  }
  if (results.empty()) return run;
  if (losses) scenario.point.warnings.push_back(*losses);
  if (losses && results.size() < point.config.replications) run.mishap = environment_error(*losses);
  scenario.point.partial = cut || ended_early || results.size() < point.config.replications;
  if (cut) warn_of_cut(scenario, results);
  if (!losses && !cut && scenario.point.saturation)
    saturate_after(measurements_of(scenario, *settled_.at(point.id).backend, stopped), scenario);
  run.point = point_to_json(scenario.point, scenario.description, results);
  return run;
}

// Where it is stopped, `collected` stays as it was.
Status LiveRunner::run_turn(const Point& point, std::uint32_t number, const std::function<bool()>& stopped,
                            Collected& collected) {
  Result<LiveScenario> made = prepare(point, stopped);
  if (stopped()) return {};
  if (!made.ok()) return made.error();
  LiveScenario& scenario = made.value();
  Result<LiveReplication> one = replicate(point, scenario, number, stopped);
  if (!one.ok()) return one.error();
  if (one.value().losses) return Error{*one.value().losses};
  if (one.value().cut) return {};
  if (collected.results.empty()) {
    if (scenario.point.saturation)
      saturate_after(measurements_of(scenario, *settled_.at(point.id).backend, stopped), scenario);
    collected.point = std::move(scenario.point);
    collected.description = scenario.description;
  }
  add_warnings(collected.point.warnings, one.value().warnings);
  collected.results.push_back(*std::move(one.value().results));
  return {};
}

Status LiveRunner::run_all(std::span<const Point> points, std::size_t, const std::function<bool()>& stopped,
                           const PointDone& done) {
  if (points.empty()) return {};
  std::vector<Collected> collected(points.size());
  for (const SweepTurn& turn : live_order(points, points.front().config.seed)) {
    const Point& point = points[turn.point];
    Collected& so_far = collected[turn.point];
    const std::size_t before = so_far.results.size();
    Status run = run_turn(point, turn.number, stopped, so_far);
    if (!run.ok()) return run;
    if (so_far.results.size() == before) return {};  // stopped
    if (so_far.results.size() < point.config.replications) continue;
    Status taken = done(turn.point, point_to_json(so_far.point, so_far.description, so_far.results));
    if (!taken.ok()) return taken;
    so_far = Collected();
  }
  return {};
}

Provenance LiveRunner::provenance(const Point& point) const {
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  const Settled& settled = settled_.at(point.id);
  const MachineFacts& facts = settled.backend->facts();
  Provenance provenance;
  if (settled.files.profile != nullptr) {
    provenance.profile_sha256 = settled.files.profile->sha256;
    provenance.contention_model_sha256 = settled.files.contention->sha256;
  }
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

std::string LiveRunner::machine(const Point& point) const {
  const MachineFacts& facts = settled_.at(point.id).backend->facts();
  if (!facts.gpu) return "CPU " + cpu_model().value_or("unknown");
  return *facts.gpu + ", driver " + facts.driver.value_or("unknown");
}

}  // namespace daris
