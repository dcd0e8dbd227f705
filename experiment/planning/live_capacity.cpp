#include "experiment/planning/live_capacity.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "base/host/interrupt.h"
#include "base/json/json.h"
#include "base/named_value.h"
#include "experiment/inputs.h"
#include "experiment/planning/highest_load.h"
#include "experiment/planning/objectives.h"
#include "experiment/planning/shaped_config.h"
#include "experiment/point_run.h"

namespace daris {
namespace {

constexpr double kFirstStep = 0.05;  // as near as the simulator is meant to be
constexpr NameTable<SearchEnd, 4> kEndNames = {{{"done", SearchEnd::kDone},
                                                {"budget", SearchEnd::kBudget},
                                                {"interrupted", SearchEnd::kInterrupted},
                                                {"failed", SearchEnd::kFailed}}};

// Files are named, so that a live run reads them too. Its own loops of saturation are of no use here.
RunConfig live_config(const CapacityRequest& request, const CapacityTrial& simulated) {
  const Json& ran = simulated.point.at("config");
  RunConfig config = simulated.shape ? with_shape(request.config, *simulated.shape) : request.config;
  config.profile = ran.at("profile").get<std::string>();
  config.model = ran.at("model").get<std::string>();
  config.saturation = false;
  return config;
}

// Runs a point unless it was kept. One that did not run to its end is no result.
Result<PointRun> run_or_take(const Point& point, PointRunner& live, const LiveRuns& runs) {
  if (runs.kept) {
    if (std::optional<Json> kept = runs.kept(point)) return PointRun{std::move(kept), std::nullopt};
  }
  if (runs.budget != nullptr && !runs.budget->admits(point))
    return environment_error("the budget is used up");
  DARIS_TRY_ASSIGN(PointRun ran, live.run(point, 1, interrupted));
  if (ran.mishap) return *ran.mishap;
  if (!ran.point || ran.point->at("partial") == true) return environment_error("the run was cut short");
  if (runs.budget != nullptr) runs.budget->finished(point, point.config.replications);
  if (runs.keep) DARIS_TRY(runs.keep(point, *ran.point));
  return ran;
}

Status search(const LoadRange& range, std::uint32_t replications, LoadProber& prober) {
  const auto quick = [&](double load) { return prober.holds(load, 1); };
  const auto confirmed = [&](double load) { return prober.holds(load, replications); };
  DARIS_TRY_ASSIGN(const LoadBracket first, bracket_near(range, kFirstStep, quick));
  DARIS_TRY(confirm_highest(range, first, confirmed));  // the trials tell, also if this ended early
  return {};
}

// The index of the trial that comes first by `before`, of those that `counts` takes.
std::optional<std::size_t> first_of(
    const std::vector<CapacityTrial>& trials, const std::function<bool(const CapacityTrial&)>& counts,
    const std::function<bool(const CapacityTrial&, const CapacityTrial&)>& before) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < trials.size(); ++i)
    if (counts(trials[i]) && (!first || before(trials[i], trials[*first]))) first = i;
  return first;
}

void read_trials(std::uint32_t replications, LiveCapacity& found) {
  const auto lower = [](const CapacityTrial& a, const CapacityTrial& b) {
    return std::pair(a.reached.load, b.replications) < std::pair(b.reached.load, a.replications);
  };
  const auto higher = [](const CapacityTrial& a, const CapacityTrial& b) {
    return std::pair(a.reached.load, a.replications) > std::pair(b.reached.load, b.replications);
  };
  const auto load_of = [&](std::optional<std::size_t> trial, double none) {
    return trial ? found.trials[*trial].reached.load : none;
  };
  found.highest = first_of(
      found.trials,
      [&](const CapacityTrial& trial) { return trial.verdict.holds && trial.replications >= replications; },
      higher);
  const double least = load_of(found.highest, 0);
  found.failing = first_of(
      found.trials,
      [&](const CapacityTrial& trial) { return !trial.verdict.holds && trial.reached.load > least; }, lower);
  const double most = load_of(found.failing, std::numeric_limits<double>::infinity());
  found.held = first_of(
      found.trials,
      [&](const CapacityTrial& trial) { return trial.verdict.holds && trial.reached.load < most; }, higher);
}

void read_warnings(LiveCapacity& found) {
  for (const CapacityTrial& trial : found.trials) {
    for (const Json& warning : trial.point.at("warnings")) {
      auto text = warning.get<std::string>();
      if (std::find(found.warnings.begin(), found.warnings.end(), text) == found.warnings.end())
        found.warnings.push_back(std::move(text));
    }
  }
}

SearchEnd end_of(const Status& status, const LiveRuns& runs) {
  if (status.ok()) return SearchEnd::kDone;
  if (interrupted()) return SearchEnd::kInterrupted;
  const bool over = runs.budget != nullptr && runs.budget->used_up();
  return over ? SearchEnd::kBudget : SearchEnd::kFailed;
}

}  // namespace

std::string_view to_text(SearchEnd end) { return name_in(kEndNames, end); }

std::optional<double> LiveCapacity::error() const {
  if (!highest || simulated_load <= 0) return std::nullopt;
  return simulated_load / trials[*highest].reached.load - 1;
}

Result<RunConfig> ready_for_live(const RunConfig& config, PointRunner& live) {
  const Result<Point> point = live.settle(config);
  if (!point.ok()) return point.error().in("--live");
  RunConfig ready = config;
  if (!ready.profile.empty()) return ready;
  Inputs files;
  DARIS_TRY_ASSIGN(const std::shared_ptr<const ProfileInput> bundled,
                   files.profile_of_gpu(live.provenance(point.value()).gpu.value_or("")));
  if (bundled != nullptr) ready.profile = bundled->name;
  return ready;
}

Result<LiveCapacity> find_live_capacity(const CapacityRequest& request, const CapacityFound& simulated,
                                        PointRunner& live, const LiveRuns& runs,
                                        const CapacityProgress& progress) {
  Inputs files;
  DARIS_TRY_ASSIGN(const std::shared_ptr<const TaskSetInput> set, files.task_set(request.config.task_set));
  const CapacityTrial& written = simulated.trials.front();
  const CapacityTrial& from = simulated.highest ? simulated.trials[*simulated.highest] : written;
  LiveCapacity found;
  if (simulated.highest) found.simulated_load = from.reached.load;
  const LoadScale scale(request.axis, live_config(request, from), set->contents, written.point);
  LoadRange range = scale.range(request.tolerance);
  range.start = std::clamp(from.reached.load, range.least, range.most);
  const RunPoint run = [&](const Point& point) { return run_or_take(point, live, runs); };
  LoadProber prober(Objectives(set->contents, request.loss_max), live, run, progress, "live: ");
  prober.use(scale);
  const Status status = search(range, request.replications, prober);
  found.end = end_of(status, runs);
  if (found.end == SearchEnd::kFailed) found.failure = status.error();
  found.trials = prober.take();
  found.provenance = prober.provenance();
  read_trials(request.replications, found);
  read_warnings(found);
  return found;
}

}  // namespace daris
