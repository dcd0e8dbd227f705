#include "experiment/simulated/warmup_search.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/report/metrics.h"
#include "analysis/report/mser.h"
#include "base/json/json.h"
#include "base/number_text.h"
#include "experiment/point_releases.h"
#include "experiment/replication.h"
#include "experiment/run_options.h"
#include "plugin/loader.h"
#include "policy/policy.h"
#include "policy/registry.h"

namespace daris {
namespace {

struct Series {
  std::vector<double> values;  // response time over deadline
  std::vector<Time> completed;
};

// Nullopt if it was stopped.
Result<std::optional<Series>> first_replication(const Scenario& scenario, const ReleaseLog* log,
                                                const std::function<bool()>& stopped) {
  DARIS_TRY_ASSIGN(const std::unique_ptr<Policy> policy, make_policy(scenario.config.policy, scenario.setup));
  DARIS_TRY_ASSIGN(const ReleaseList releases,
                   point_releases(scenario.config, scenario.workload, scenario.setup, log, 0));
  Series series;
  MetricsCollector watcher(scenario.description, [&](const CompletedJob& job) {
    const Duration response = job.completed - job.nominal_release;
    series.values.push_back(static_cast<double>(response.ns()) /
                            static_cast<double>(job.relative_deadline.ns()));
    series.completed.push_back(job.completed);
  });
  const std::function<bool()> ends = [&] { return policy->failure() != nullptr || stopped(); };
  const std::optional<RunResults> results =
      simulate_replication(scenario, scenario.setup, *policy, releases, &watcher, ends);
  DARIS_TRY(status_of(*policy));
  return results ? std::optional(std::move(series)) : std::nullopt;
}

std::string unsettled_text(const Scenario& scenario, const WarmupCut& cut) {
  return fmt::format(
      "warmup_by: response times of {} jobs did not settle in the first half of {} s; {} s were cut, and "
      "more "
      "may be needed: give a longer --duration",
      cut.jobs, number_text(scenario.config.duration.seconds()), number_text(cut.cut.seconds()));
}

}  // namespace

Status cut_warmup(Scenario& scenario, const ReleaseLog* log, const std::function<bool()>& stopped) {
  DARIS_TRY_ASSIGN(const std::optional<Series> series, first_replication(scenario, log, stopped));
  if (!series) return {};
  const Truncation truncation = mser5(series->values);
  WarmupCut cut;
  cut.jobs = series->values.size();
  cut.jobs_cut = truncation.cut;
  cut.settled = truncation.settled;
  const Time begin = truncation.cut == 0 ? Time() : series->completed[truncation.cut - 1];
  // A job may complete after the duration, if it was released before.
  if (begin < scenario.description.window_end) {
    cut.cut = begin - Time();
  } else {
    cut = {Duration(), cut.jobs, 0, false};
  }
  scenario.config.warmup = cut.cut;
  scenario.description.window_begin = Time() + cut.cut;
  Json config = *scenario.point.config;
  config["warmup_s"] = find_run_option("warmup_s")->get(as_written(scenario.config));
  scenario.point.config = std::make_shared<const Json>(std::move(config));
  if (!cut.settled) scenario.point.warnings.push_back(unsettled_text(scenario, cut));
  scenario.point.warmup_cut = cut;
  return {};
}

}  // namespace daris
