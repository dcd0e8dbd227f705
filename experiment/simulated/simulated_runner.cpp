#include "experiment/simulated/simulated_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <new>
#include <numbers>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "analysis/report/precision.h"
#include "base/check.h"
#include "base/host/host_facts.h"
#include "base/host/host_memory.h"
#include "base/host/interrupt.h"
#include "base/host/parallel.h"
#include "base/json/json.h"
#include "base/version.h"
#include "experiment/batch_limit.h"
#include "experiment/config_json.h"
#include "experiment/expected_time.h"
#include "experiment/normalise.h"
#include "experiment/point_id.h"
#include "experiment/point_releases.h"
#include "experiment/point_run.h"
#include "experiment/shape_search.h"
#include "experiment/simulated/point_energy.h"
#include "experiment/simulated/replications.h"
#include "experiment/simulated/warmup_search.h"
#include "experiment/workload_warnings.h"
#include "workloads/policy_setup.h"

namespace daris {
namespace {

// So much time of a point is simulated to see how fast it is, and all of that may take so long.
constexpr Duration kPiece = Duration::from_ns(100'000'000);
// A point that releases more jobs in a piece is not tried. A release then counts as the bundled sets' do.
constexpr double kPieceReleasesMax = 50'000;
constexpr double kRoughSecondsPerRelease = 2e-6;
constexpr double kExpectingSeconds = 0.15;

std::optional<std::string> known(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// Estimates are made wrong last: what is chosen before the run goes by the right ones.
Status finish(Scenario& scenario, const ReleaseLog* log) {
  DARIS_TRY(settle_batch_limits(scenario, log));
  if (scenario.injection != nullptr)
    misstate_estimates(scenario.injection->contents, scenario.workload, scenario.setup);
  return {};
}

void mark_as_partial(Scenario& scenario, std::size_t finished, std::size_t wanted) {
  scenario.point.partial = true;
  scenario.point.warnings.push_back(
      fmt::format("interrupted: {} of {} replications were finished", finished, wanted));
}

}  // namespace

Result<Point> SimulatedRunner::settle(const RunConfig& config) {
  Point point;
  DARIS_TRY_ASSIGN(point.config, normalise(config, World::kSimulated));
  const std::lock_guard lock(mutex_);
  DARIS_TRY_ASSIGN(const ScenarioInputs files, read_scenario_inputs(inputs_, point.config));
  std::vector<std::string> contents{files.profile->sha256, files.workload.sha256(), files.contention->sha256};
  if (files.power != nullptr) contents.push_back(files.power->sha256);
  point.id = point_id(point.config, contents);
  return point;
}

ScenarioInputs SimulatedRunner::inputs_of(const Point& point) const {
  const std::lock_guard lock(mutex_);
  SettledConfig config = point.config;
  Result<ScenarioInputs> files = read_scenario_inputs(inputs_, config);
  DARIS_CHECK(files.ok());  // settle() read them, and each is kept
  return std::move(files).value();
}

// The names of figures depend on the levels of the tasks, which scaling may change.
Status SimulatedRunner::check(const Point& point) {
  const ScenarioInputs inputs = inputs_of(point);
  DARIS_TRY(scenario_check_.check(point.config, point.id, inputs));
  const std::optional<PrecisionGoal> goal = goal_of(point.config);
  if (!goal) return {};
  DARIS_TRY_ASSIGN(const SettledConfig config,
                   scenario_check_.possible_config(point.config, point.id, inputs));
  DARIS_TRY_ASSIGN(const Scenario scenario, make_scenario(config, point.id, inputs, capacities_));
  return check_goal(*goal, scenario.description);
}

Result<Scenario> SimulatedRunner::shaped_scenario(const Point& point, const ScenarioInputs& inputs,
                                                  std::size_t threads) {
  if (!point.config.automatic_shape) return make_scenario(point.config, point.id, inputs, capacities_);
  DARIS_TRY_ASSIGN(ShapeChoice choice, choose_shape(point.config, inputs, capacities_, {}, threads));
  DARIS_TRY_ASSIGN(Scenario scenario,
                   make_scenario(in_shape(point.config, choice.shape()), point.id, inputs, capacities_));
  scenario.point.config =
      std::make_shared<const Json>(config_to_json(point.config));  // the id is of this one
  scenario.point.shape = std::move(choice);
  return scenario;
}

Result<PointRun> SimulatedRunner::run(const Point& point, std::size_t threads,
                                      const std::function<bool()>& stopped) {
  const ScenarioInputs inputs = inputs_of(point);
  DARIS_TRY_ASSIGN(Scenario scenario, shaped_scenario(point, inputs, threads));
  DARIS_TRY(finish(scenario, inputs.workload.releases.get()));
  const ReleaseLog* const log = inputs.workload.releases.get();
  if (point.config.cuts_warmup) DARIS_TRY(cut_warmup(scenario, log, stopped));
  Replications replications(scenario, log, log_file_, stopped);
  const std::uint32_t most =
      point.config.precision ? point.config.replications_max : point.config.replications;
  const std::size_t at_once =
      replications_in_memory(scenario.config, scenario.workload, std::min<std::size_t>(threads, most));
  const MemoryClaim claim(bytes_of_replications(scenario.config, scenario.workload, at_once));
  if (!claim.fits()) return environment_error("out of memory beside other points");
  replications.run_all(at_once);
  if (const std::optional<Error> error = replications.error()) return *error;
  // To count a thousand of them, and to free their memory, takes longer than Ctrl-C would leave.
  const InterruptHold until_counted;
  const std::vector<RunResults> results = replications.take();
  if (results.empty()) return PointRun();
  if (results.size() < replications.wanted())
    mark_as_partial(scenario, results.size(), replications.wanted());
  scenario.point.precision = replications.precision();
  if (scenario.point.precision) {
    if (const auto warning = precision_warning(*scenario.point.precision))
      scenario.point.warnings.push_back(*warning);
  }
  warn_of_silent_tasks(scenario.description, results, scenario.point.warnings);
  PointRun done;
  if (replications.log_failure()) {
    scenario.point.warnings.push_back(replications.log_failure()->message);
    done.mishap = replications.log_failure()->with("; the report stands all the same");
  }
  done.point = point_to_json(scenario.point, scenario.description, results);
  if (inputs.power != nullptr)
    add_energy(inputs.power->contents, inputs.profile->contents.gpu.name, scenario, *done.point);
  return done;
}

Result<PointRun> SimulatedRunner::run_in_memory(const Point& point, std::size_t threads,
                                                const std::function<bool()>& stopped) {
  try {
    return run(point, threads, stopped);
  } catch (const std::bad_alloc&) {
    return environment_error("out of memory");
  }
}

Status SimulatedRunner::run_all(std::span<const Point> points, std::size_t threads,
                                const std::function<bool()>& stopped, const PointDone& done,
                                const PointFailed& failed) {
  std::mutex mutex;
  std::atomic<bool> ended{false};
  std::set<std::size_t> again;  // points that failed beside others, which may have had the memory
  bool alone = false;
  Status first;
  const std::size_t side_by_side = std::max<std::size_t>(std::min(threads, points.size()), 1);
  const std::size_t threads_each = std::max<std::size_t>(threads / side_by_side, 1);
  const auto stop = [&] { return ended || stopped(); };
  const auto run_point = [&](std::size_t i) {
    if (may_begin && !may_begin(points[i])) return;
    Result<PointRun> ran = run_in_memory(points[i], threads_each, stop);
    if (!ran.ok() && side_by_side > 1 && !alone) {
      const std::lock_guard lock(mutex);
      again.insert(i);
      return;
    }
    if (!ran.ok()) return failed(i, ran.error());
    if (!ran.value().point || ran.value().point->at("partial") == true) return;
    Status status = done(i, *std::move(ran.value().point));
    if (status.ok()) return;
    const std::lock_guard lock(mutex);
    if (first.ok()) first = std::move(status);
    ended = true;
  };
  for_each_index(points.size(), side_by_side, run_point, stop);
  alone = true;
  const std::vector<std::size_t> rest(again.begin(), again.end());
  for_each_index(
      rest.size(), 1, [&](std::size_t i) { run_point(rest[i]); }, stop);
  return first;
}

// The jobs that the workload releases in a second.
double releases_per_second(const Workload& workload) {
  double rate = 0;
  for (const Task& task : workload.tasks) rate += 1 / workload.set.groups[task.group].period.seconds();
  return rate;
}

// A run releases jobs for so long after its window, until each job of the window is settled.
Duration longest_deadline(const Workload& workload) {
  Duration longest;
  for (const TaskGroup& group : workload.set.groups) longest = std::max(longest, group.deadline);
  return longest;
}

Result<SimulatedRunner::Expected> SimulatedRunner::expected_seconds(const Point& point) {
  const double first = point.config.replications;
  const double most = point.config.precision ? point.config.replications_max : first;
  const ScenarioInputs inputs = inputs_of(point);
  const ReleaseLog* const log = inputs.workload.releases.get();
  DARIS_TRY_ASSIGN(SettledConfig piece, scenario_check_.possible_config(point.config, point.id, inputs));
  piece.duration = std::min(piece.duration, kPiece);
  piece.warmup = Duration();
  piece.replications = 1;
  const StopWatch watch;
  DARIS_TRY_ASSIGN(Scenario scenario, make_scenario(piece, point.id, inputs, capacities_));
  const double made_s = watch.seconds();
  const double rate = releases_per_second(scenario.workload);
  const double after_s = longest_deadline(scenario.workload).seconds();
  const double searched_s = point.config.automatic_shape ? searched_time(point.config).seconds() : 0;
  if (rate * (piece.duration.seconds() + after_s) > kPieceReleasesMax) {
    const auto all_s = [&](double replications) {
      const double simulated_s = searched_s + replications * (point.config.duration.seconds() + after_s);
      return made_s + rate * simulated_s * kRoughSecondsPerRelease;
    };
    return Expected{all_s(first), all_s(most)};
  }
  const double pieces = point.config.duration.seconds() / piece.duration.seconds();
  DARIS_TRY(finish(scenario, log));
  const double settled_s = watch.seconds();
  const std::string no_log;
  const std::function<bool()> never = [] { return false; };
  Replications replication(scenario, log, no_log, never);
  replication.run_first();
  if (const std::optional<Error> error = replication.error()) return *error;
  const double replication_s = watch.seconds() - settled_s;
  const double searched_pieces = searched_s / piece.duration.seconds();
  const auto all_s = [&](double replications) {
    return made_s + pieces * (settled_s - made_s + replications * replication_s) +
           searched_pieces * replication_s;
  };
  return Expected{all_s(first), all_s(most)};
}

std::string SimulatedRunner::expected_time(std::span<const Point> points, std::size_t all,
                                           std::size_t threads, const PastRuns& /*past*/) {
  const StopWatch watch;
  Expected sum;
  std::size_t tried = 0;
  // Steps of the golden ratio spread evenly over all points, however many are tried.
  for (double place = 0.5; tried < points.size() && watch.seconds() < kExpectingSeconds;
       place = std::fmod(place + std::numbers::phi, 1.0)) {
    const auto index = static_cast<std::size_t>(place * static_cast<double>(points.size()));
    const Result<Expected> expected = expected_seconds(points[index]);
    if (expected.ok()) {
      sum.first_s += expected.value().first_s;
      sum.most_s += expected.value().most_s;
    }
    ++tried;
  }
  const auto text_of = [&](double seconds) {
    const double mean_s = tried > 0 ? seconds / static_cast<double>(tried) : 0;
    return minutes_text(mean_s * static_cast<double>(all) / static_cast<double>(threads));
  };
  std::string text =
      fmt::format("{} on {} {}", text_of(sum.first_s), threads, threads == 1 ? "thread" : "threads");
  if (sum.most_s > sum.first_s) {
    text += fmt::format(
        " for the first round of replications, and {} if no point reaches its precision before "
        "replications_max",
        text_of(sum.most_s));
  }
  return text;
}

Provenance SimulatedRunner::provenance(const Point& point) const {
  const ScenarioInputs inputs = inputs_of(point);
  const Profile& profile = inputs.profile->contents;
  Provenance provenance;
  provenance.program = program_name();
  provenance.commit = known(program_commit());
  provenance.seed = point.config.seed;
  provenance.profile_sha256 = inputs.profile->sha256;
  provenance.contention_model_sha256 = inputs.contention->sha256;
  provenance.gpu = known(profile.gpu.name);
  provenance.driver = known(profile.gpu.driver);
  provenance.cuda = known(profile.cuda);
  provenance.cudnn = known(profile.cudnn);
  provenance.libtorch = known(profile.libtorch);
  provenance.cupti = known(profile.cupti);
  return provenance;
}

}  // namespace daris
