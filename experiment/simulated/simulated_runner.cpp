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

#include "analysis/logs/event_log.h"
#include "base/host/host_facts.h"
#include "base/host/host_memory.h"
#include "base/host/parallel.h"
#include "base/json/json.h"
#include "base/version.h"
#include "experiment/batch_limit.h"
#include "experiment/expected_time.h"
#include "experiment/log_header.h"
#include "experiment/normalise.h"
#include "experiment/point_id.h"
#include "experiment/point_releases.h"
#include "experiment/point_run.h"
#include "experiment/replication.h"
#include "experiment/shape_search.h"
#include "experiment/workload_warnings.h"
#include "plugin/loader.h"
#include "policy/policy.h"
#include "policy/registry.h"
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

void mark_as_partial(Scenario& scenario, std::size_t finished) {
  scenario.point.partial = true;
  scenario.point.warnings.push_back(fmt::format("interrupted: {} of {} replications were finished", finished,
                                                scenario.config.replications));
}

// Runs replications of one point. Threads: any, each for another number.
class Replications {
 public:
  Replications(const Scenario& scenario, const ReleaseLog* log, const std::string& log_file,
               const std::function<bool()>& stopped)
      : scenario_(scenario),
        log_(log),
        log_file_(log_file),
        stopped_(stopped),
        results_(scenario.config.replications),
        errors_(scenario.config.replications) {}

  void run(std::uint32_t number) {
    Status status = try_run(number);
    if (!status.ok()) errors_[number] = status.error();
  }

  // The first error, if any.
  [[nodiscard]] std::optional<Error> error() const {
    for (const std::optional<Error>& error : errors_) {
      if (error) return error;
    }
    return std::nullopt;
  }

  // The event log could not be written. The results stand all the same.
  [[nodiscard]] const std::optional<Error>& log_failure() const { return log_failure_; }

  // Those that came to their end, in their order.
  [[nodiscard]] std::vector<RunResults> take() {
    std::vector<RunResults> all;
    for (std::optional<RunResults>& results : results_) {
      if (results) all.push_back(*std::move(results));
    }
    return all;
  }

 private:
  Status try_run(std::uint32_t number) {
    DARIS_TRY_ASSIGN(const std::unique_ptr<Policy> policy,
                     make_policy(scenario_.config.policy, scenario_.setup));
    DARIS_TRY_ASSIGN(const ReleaseList releases,
                     point_releases(scenario_.config, scenario_.workload, scenario_.setup, log_, number));
    const std::function<bool()> ends = [&] { return policy->failure() != nullptr || stopped_(); };
    if (number > 0 || log_file_.empty()) {
      results_[number] = simulate_replication(scenario_, scenario_.setup, *policy, releases, nullptr, ends);
      return status_of(*policy);
    }
    DARIS_TRY_ASSIGN(
        const std::unique_ptr<EventLogWriter> writer,
        EventLogWriter::create(log_file_, make_log_header("simulated", scenario_.point, scenario_.workload,
                                                          scenario_.setup, *policy)));
    results_[number] =
        simulate_replication(scenario_, scenario_.setup, *policy, releases, writer.get(), ends);
    if (const Status closed = writer->close(); !closed.ok()) log_failure_ = closed.error();
    return status_of(*policy);
  }

  const Scenario& scenario_;
  const ReleaseLog* log_;
  const std::string& log_file_;
  const std::function<bool()>& stopped_;
  std::optional<Error> log_failure_;  // only the first replication's thread writes it
  std::vector<std::optional<RunResults>> results_;
  std::vector<std::optional<Error>> errors_;
};

}  // namespace

Result<Point> SimulatedRunner::settle(const RunConfig& config) {
  Point point;
  DARIS_TRY_ASSIGN(point.config, normalise(config, World::kSimulated));
  DARIS_TRY_ASSIGN(ScenarioInputs files, read_scenario_inputs(inputs_, point.config));
  point.id =
      point_id(point.config, {files.profile->sha256, files.workload.sha256(), files.contention->sha256});
  const std::lock_guard lock(mutex_);
  settled_.emplace(point.id, std::move(files));
  return point;
}

const ScenarioInputs& SimulatedRunner::inputs_of(const Point& point) const {
  const std::lock_guard lock(mutex_);
  return settled_.at(point.id);
}

Status SimulatedRunner::check(const Point& point) {
  return scenario_check_.check(point.config, point.id, inputs_of(point));
}

Result<Scenario> SimulatedRunner::shaped_scenario(const Point& point, const ScenarioInputs& inputs,
                                                  std::size_t threads) {
  if (!point.config.automatic_shape) return make_scenario(point.config, point.id, inputs, capacities_);
  DARIS_TRY_ASSIGN(ShapeChoice choice, choose_shape(point.config, inputs, capacities_, {}, threads));
  DARIS_TRY_ASSIGN(Scenario scenario,
                   make_scenario(in_shape(point.config, choice.shape()), point.id, inputs, capacities_));
  scenario.point.shape = std::move(choice);
  return scenario;
}

Result<PointRun> SimulatedRunner::run(const Point& point, std::size_t threads,
                                      const std::function<bool()>& stopped) {
  const ScenarioInputs& inputs = inputs_of(point);
  DARIS_TRY_ASSIGN(Scenario scenario, shaped_scenario(point, inputs, threads));
  DARIS_TRY(finish(scenario, inputs.workload.releases.get()));
  Replications replications(scenario, inputs.workload.releases.get(), log_file_, stopped);
  const auto run_one = [&](std::size_t number) { replications.run(static_cast<std::uint32_t>(number)); };
  const std::size_t at_once = replications_in_memory(
      scenario.config, scenario.workload, std::min<std::size_t>(threads, point.config.replications));
  const MemoryClaim claim(bytes_of_replications(scenario.config, scenario.workload, at_once));
  if (!claim.fits()) return environment_error("out of memory beside other points");
  for_each_index(point.config.replications, at_once, run_one, stopped);
  if (const std::optional<Error> error = replications.error()) return *error;
  const std::vector<RunResults> results = replications.take();
  if (results.empty()) return PointRun();
  if (results.size() < point.config.replications) mark_as_partial(scenario, results.size());
  warn_of_silent_tasks(scenario.description, results, scenario.point.warnings);
  PointRun done;
  if (replications.log_failure()) {
    scenario.point.warnings.push_back(replications.log_failure()->message);
    done.mishap = replications.log_failure()->with("; the report stands all the same");
  }
  done.point = point_to_json(scenario.point, scenario.description, results);
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

Result<double> SimulatedRunner::expected_seconds(const Point& point) {
  const ScenarioInputs& inputs = inputs_of(point);
  const ReleaseLog* const log = inputs.workload.releases.get();
  SettledConfig piece = point.config;
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
    const double simulated_s =
        searched_s + point.config.replications * (point.config.duration.seconds() + after_s);
    return made_s + rate * simulated_s * kRoughSecondsPerRelease;
  }
  const double pieces = point.config.duration.seconds() / piece.duration.seconds();
  DARIS_TRY(finish(scenario, log));
  const double settled_s = watch.seconds();
  const std::string no_log;
  const std::function<bool()> never = [] { return false; };
  Replications replication(scenario, log, no_log, never);
  replication.run(0);
  if (const std::optional<Error> error = replication.error()) return *error;
  const double replication_s = watch.seconds() - settled_s;
  const double searched_pieces = searched_s / piece.duration.seconds();
  return made_s + pieces * (settled_s - made_s + point.config.replications * replication_s) +
         searched_pieces * replication_s;
}

std::string SimulatedRunner::expected_time(std::span<const Point> points, std::size_t threads,
                                           const PastRuns& /*past*/) {
  const StopWatch watch;
  double seconds = 0;
  std::size_t tried = 0;
  // Steps of the golden ratio spread evenly over all points, however many are tried.
  for (double place = 0.5; tried < points.size() && watch.seconds() < kExpectingSeconds;
       place = std::fmod(place + std::numbers::phi, 1.0)) {
    const auto index = static_cast<std::size_t>(place * static_cast<double>(points.size()));
    const Result<double> expected = expected_seconds(points[index]);
    if (expected.ok()) seconds += expected.value();
    ++tried;
  }
  const double all =
      tried > 0 ? seconds / static_cast<double>(tried) * static_cast<double>(points.size()) : 0;
  return fmt::format("{} on {} {}", minutes_text(all / static_cast<double>(threads)), threads,
                     threads == 1 ? "thread" : "threads");
}

Provenance SimulatedRunner::provenance(const Point& point) const {
  const ScenarioInputs& inputs = inputs_of(point);
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
