#include "experiment/live/live_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/report/report.h"
#include "base/host/exit_code.h"
#include "base/host/host_facts.h"
#include "base/number_text.h"
#include "base/version.h"
#include "experiment/config_json.h"
#include "experiment/expected_time.h"
#include "experiment/live/live_order.h"
#include "experiment/live/live_saturation.h"
#include "experiment/normalise.h"
#include "experiment/point_id.h"
#include "experiment/point_run.h"
#include "experiment/possible_shapes.h"
#include "experiment/shape_search.h"
#include "experiment/workload_warnings.h"
#include "runtime/realtime.h"

namespace daris {
namespace {

void warn_of_cut(LiveScenario& scenario, std::span<const RunResults> results) {
  const Duration whole = scenario.description.window_end - scenario.description.window_begin;
  const Duration window = results.front().window;
  scenario.point.warnings.push_back(
      window < whole ? fmt::format("interrupted: the only replication was cut after {} of {} s of its window",
                                   number_text(window.seconds()), number_text(whole.seconds()))
                     : fmt::format("interrupted: {} of {} replications were finished", results.size(),
                                   scenario.config.replications));
}

void warn_of_other_gpu(const ProfileInput& profile, const MachineFacts& facts,
                       std::vector<std::string>& warnings) {
  const GpuDescription& gpu = profile.contents.gpu;
  if (gpu.name == facts.gpu && gpu.driver == facts.driver) return;
  warnings.push_back(fmt::format(
      "profile \"{}\" is of another GPU or driver ({}, {}) than this run ({}, {}); its estimates "
      "are used all the same",
      profile.name, gpu.name, gpu.driver, facts.gpu.value_or("unknown"), facts.driver.value_or("unknown")));
}

// Adds what is not there yet, since replications may have the same warnings.
void add_warnings(std::vector<std::string>& to, const std::vector<std::string>& from) {
  for (const std::string& warning : from)
    if (std::find(to.begin(), to.end(), warning) == to.end()) to.push_back(warning);
}

}  // namespace

Result<Point> LiveRunner::settle(const RunConfig& config) {
  DARIS_TRY_ASSIGN(std::shared_ptr<LiveBackend> backend, choose_(config));
  RunConfig chosen = config;
  chosen.backend = backend->kind();
  chosen.automatic_backend = false;
  Point point;
  DARIS_TRY_ASSIGN(point.config, normalise(chosen, World::kLive));
  DARIS_TRY_ASSIGN(Settled settled, read_files(point.config, std::move(backend)));
  if (point.config.automatic_shape) {
    DARIS_TRY_ASSIGN(settled.shape_files, read_shape_files(point.config, settled));
  }
  settled.fell_back = config.automatic_backend && chosen.backend == Backend::kCpu;
  const MachineFacts& facts = settled.backend->facts();
  std::vector<std::string> contents{"live", facts.gpu.value_or(""), facts.driver.value_or(""),
                                    settled.files.workload.sha256()};
  for (const ScenarioInputs* const files : {&settled.files, &settled.shape_files}) {
    if (files->profile == nullptr) continue;
    contents.push_back(files->profile->sha256);
    contents.push_back(files->contention->sha256);
  }
  point.id = point_id(point.config, contents);
  settled_.emplace(point.id, std::move(settled));
  return point;
}

// On a GPU a named profile gives load and estimates, as in the simulator. Otherwise the run measures its own.
Result<LiveRunner::Settled> LiveRunner::read_files(SettledConfig& config,
                                                   std::shared_ptr<LiveBackend> backend) {
  Settled settled;
  settled.backend = std::move(backend);
  if (settled.backend->pci_bus_id() && !config.profile.empty()) {
    DARIS_TRY_ASSIGN(settled.files, read_scenario_inputs(inputs_, config));
    return settled;
  }
  settled.unread_profile = std::exchange(config.profile, "");
  config.model.clear();
  DARIS_TRY_ASSIGN(settled.files.workload, inputs_.workload(config));
  return settled;
}

Result<ScenarioInputs> LiveRunner::read_shape_files(const SettledConfig& config, const Settled& settled) {
  if (settled.files.profile != nullptr) return settled.files;
  if (!settled.backend->pci_bus_id()) {
    return Error{
        fmt::format("shape: \"auto\" needs a model of the machine, and backend {} has none; give --contexts",
                    to_text(settled.backend->kind()))};
  }
  const std::string gpu = settled.backend->facts().gpu.value_or("");
  DARIS_TRY_ASSIGN(const std::shared_ptr<const ProfileInput> bundled, inputs_.profile_of_gpu(gpu));
  if (bundled == nullptr) {
    return Error{fmt::format(
        "shape: \"auto\" needs a profile, and none of \"{}\" is bundled; name one with --profile", gpu)};
  }
  SettledConfig simulated = config;
  simulated.profile = bundled->name;
  return read_scenario_inputs(inputs_, simulated);
}

Status LiveRunner::check(const Point& point) {
  const Settled& settled = settled_.at(point.id);
  if (settled.files.profile != nullptr)
    DARIS_TRY(scenario_check_.check_scenario(point.config, point.id, settled.files));
  const auto check_shape = [&](const SettledConfig& shaped) {
    return check_live_point(shaped, settled.files.workload, *settled.backend);
  };
  const bool is_open = point.config.automatic_shape;
  DARIS_TRY(first_possible_shape(point.config, is_open ? settled.shape_files : settled.files, check_shape));
  return point.config.realtime ? check_realtime(settled.backend->idle_mode() == IdleMode::kSpin) : Status();
}

Result<SettledConfig> LiveRunner::shaped(const Point& point) {
  if (!point.config.automatic_shape) return point.config;
  auto known = known_shapes_.find(point.id);
  if (known == known_shapes_.end()) {
    DARIS_TRY_ASSIGN(ShapeChoice choice,
                     choose_shape(point.config, settled_.at(point.id).shape_files, modelled_capacities_));
    known = known_shapes_.emplace(point.id, std::move(choice)).first;
  }
  return in_shape(point.config, known->second.shape());
}

// "captured 3,200 of 12,544 graphs"
std::function<void(std::size_t, std::size_t)> LiveRunner::captured() const {
  return [this](std::size_t captured, std::size_t all) {
    doing(fmt::format("captured {} of {} graphs", grouped_digits(captured), grouped_digits(all)));
  };
}

Result<LiveScenario> LiveRunner::prepare(const Point& point, const std::function<bool()>& stopped) {
  const Settled& settled = settled_.at(point.id);
  DARIS_TRY_ASSIGN(const SettledConfig config, shaped(point));
  std::optional<Scenario> modelled;
  if (settled.files.profile != nullptr) {
    DARIS_TRY_ASSIGN(modelled, make_scenario(config, point.id, settled.files, modelled_capacities_));
  }
  DARIS_TRY_ASSIGN(LiveScenario scenario,
                   make_live_scenario(config, point.id, settled.files.workload,
                                      {*settled.backend, known_capacities_, known_batch_limits_, stopped,
                                       captured(), modelled ? &*modelled : nullptr}));
  doing("");
  if (config.automatic_shape) {
    scenario.point.config =
        std::make_shared<const Json>(config_to_json(point.config));  // the id is of this one
    scenario.point.shape = known_shapes_.at(point.id);
  }
  warn_of_machine(point, config, scenario.point.warnings);
  return scenario;
}

void LiveRunner::warn_of_machine(const Point& point, const SettledConfig& config,
                                 std::vector<std::string>& warnings) const {
  const Settled& settled = settled_.at(point.id);
  if (settled.files.profile != nullptr)
    warn_of_other_gpu(*settled.files.profile, settled.backend->facts(), warnings);
  if (settled.fell_back) warnings.emplace_back("backend auto: no GPU was found, and models ran on the CPU");
  if (!settled.unread_profile.empty())
    warnings.push_back(fmt::format("profile \"{}\" was not read: the run measured its own estimates",
                                   settled.unread_profile));
  if (settled.backend->kind() == Backend::kMps && config.sms && config.oversubscription_milli > 1000)
    warnings.emplace_back(
        "sms: MPS limits how many SMs a context has, not which: contexts that overlap may use more of the "
        "GPU together");
  if (settled.backend->pci_bus_id() && !nvml_->loaded())
    warnings.emplace_back(
        "NVML (libnvidia-ml.so.1) is missing: energy, clocks and memory of the GPU were not measured");
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

// Stops at the first replication after which the executor serves no other.
Result<LiveRunner::Replications> LiveRunner::run_replications(const Point& point, LiveScenario& scenario,
                                                              const std::function<bool()>& stopped) const {
  Replications all;
  const auto goes_on = [&all] { return !all.losses && all.end != RunEnd::kStopped; };
  for (std::uint32_t number = 0; number < point.config.replications && goes_on(); ++number) {
    DARIS_TRY_ASSIGN(LiveReplication one, replicate(point, scenario, number, stopped));
    all.end = one.end;
    all.losses = one.losses;
    if (one.log_failure) all.log_failure = one.log_failure;
    add_warnings(scenario.point.warnings, one.warnings);
    if (one.log_failure) scenario.point.warnings.push_back(one.log_failure->message);
    // A cut window would weigh as much as a whole one in the figures of several replications. So its results
    // stand alone or not at all.
    if (one.results && (one.end != RunEnd::kStopped || all.results.empty()))
      all.results.push_back(*std::move(one.results));
  }
  return all;
}

PointRun LiveRunner::judge(const Point& point, LiveScenario& scenario, const Replications& all,
                           const std::function<bool()>& stopped) const {
  PointRun run;
  const bool cut = all.end == RunEnd::kStopped;
  const bool ended_early = all.end == RunEnd::kNoContext;
  const bool missing = all.results.size() < point.config.replications;
  if (all.log_failure) run.mishap = all.log_failure->with("; the report stands all the same");
  if (all.losses && (ended_early || (missing && !all.results.empty()))) run.mishap = all.losses;
  if (all.results.empty()) return run;
  if (all.losses) scenario.point.warnings.push_back(all.losses->message);
  scenario.point.partial = cut || ended_early || missing;
  if (cut) warn_of_cut(scenario, all.results);
  warn_of_silent_tasks(scenario.description, all.results, scenario.point.warnings);
  if (!all.losses && !cut && scenario.point.saturation)
    saturate_after(measurements_of(scenario, *settled_.at(point.id).backend, stopped, captured()), scenario);
  run.point = point_to_json(scenario.point, scenario.description, all.results);
  return run;
}

Result<PointRun> LiveRunner::run(const Point& point, std::size_t, const std::function<bool()>& stopped) {
  Result<LiveScenario> made = prepare(point, stopped);
  if (stopped()) return PointRun();
  if (!made.ok()) return made.error();
  LiveScenario& scenario = made.value();
  if (!scenario.batch_choice.empty()) note(scenario.batch_choice);
  if (!scenario.machine.summary.empty()) note(scenario.machine.summary);
  DARIS_TRY_ASSIGN(const Replications all, run_replications(point, scenario, stopped));
  return judge(point, scenario, all, stopped);
}

// If it is stopped, `collected` stays as it was.
Status LiveRunner::add_replication(const Point& point, std::uint32_t number,
                                   const std::function<bool()>& stopped, Collected& collected) {
  Result<LiveScenario> made = prepare(point, stopped);
  if (stopped()) return {};
  if (!made.ok()) return made.error();
  LiveScenario& scenario = made.value();
  Result<LiveReplication> ran = replicate(point, scenario, number, stopped);
  if (!ran.ok()) return stopped() ? Status() : Status(ran.error());
  LiveReplication& one = ran.value();
  if (one.losses && !one.losses_were_injected) return *one.losses;
  if (one.end == RunEnd::kStopped) return {};
  if (one.losses) one.warnings.push_back(one.losses->message);
  if (collected.results.empty()) {
    if (scenario.point.saturation && !one.losses)
      saturate_after(measurements_of(scenario, *settled_.at(point.id).backend, stopped, captured()),
                     scenario);
    collected.point = std::move(scenario.point);
    collected.description = scenario.description;
  }
  add_warnings(collected.point.warnings, one.warnings);
  collected.results.push_back(*std::move(one.results));
  return {};
}

Status LiveRunner::run_all(std::span<const Point> points, std::size_t, const std::function<bool()>& stopped,
                           const PointDone& done, const PointFailed& failed) {
  if (points.empty()) return {};
  std::vector<Collected> collected(points.size());
  const bool whole_points = may_begin != nullptr;
  for (const SweepReplication& next : live_order(points, points.front().config.seed, whole_points)) {
    const Point& point = points[next.point];
    Collected& so_far = collected[next.point];
    if (so_far.failed) continue;
    if (whole_points && next.number == 0 && !may_begin(point)) return {};
    const std::size_t before = so_far.results.size();
    const Status status = add_replication(point, next.number, stopped, so_far);
    if (status.ok() && so_far.results.size() == before) return {};  // stopped
    if (!status.ok()) {
      so_far = Collected();
      so_far.failed = true;
      failed(next.point, status.error());
      if (settled_.at(point.id).backend->is_stuck())
        return environment_error("a stage still hangs on the GPU, so that the rest was not tried");
      continue;
    }
    if (so_far.results.size() < point.config.replications) continue;
    warn_of_silent_tasks(so_far.description, so_far.results, so_far.point.warnings);
    DARIS_TRY(done(next.point, point_to_json(so_far.point, so_far.description, so_far.results)));
    so_far = Collected();
  }
  return {};
}

// Points that were finished before are taken to be like those that are left.
std::string LiveRunner::expected_time(std::span<const Point> points, std::size_t all, std::size_t,
                                      const PastRuns& past) {
  double runs_s = 0;
  std::size_t replications = 0;
  for (const Point& point : points) {
    replications += point.config.replications;
    runs_s += point.config.replications * point.config.duration.seconds();
  }
  runs_s *= static_cast<double>(all) / static_cast<double>(points.size());
  replications = replications * all / points.size();
  const double finished = static_cast<double>(past.points) / static_cast<double>(all);
  const double past_set_up_s = past.wall_s - finished * runs_s;
  if (past.points == 0 || past_set_up_s < 0) {
    return fmt::format(
        "{}, and the set-up and warm-up of {} {}; how long these take is known once a point is finished",
        minutes_text(runs_s), replications, replications == 1 ? "replication" : "replications");
  }
  const double set_up_s = past_set_up_s / (finished * static_cast<double>(replications));
  return fmt::format("{}, with {:.1f} s of set-up and warm-up for each replication, as in earlier starts",
                     minutes_text(runs_s + static_cast<double>(replications) * set_up_s), set_up_s);
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
