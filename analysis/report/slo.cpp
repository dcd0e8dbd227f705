#include "analysis/report/slo.h"

#include <algorithm>
#include <cmath>

#include "analysis/report/headline.h"
#include "analysis/report/statistics.h"
#include "base/time.h"

namespace daris {
namespace {

constexpr std::uint64_t kAllPpm = 1'000'000;
constexpr double kShownLevel = 0.99;

// `tested`: the jobs that the figure is made of.
SloMargin judge_limit(const char* limit, double allowed, std::optional<double> measured,
                      std::uint64_t tested) {
  SloMargin margin{limit, std::nullopt, std::nullopt, 0};
  if (measured) margin.margin = allowed - *measured;
  if (tested == 0) {
    margin.jobs_missing = 1;
  } else {
    margin.met = margin.margin && *margin.margin >= 0;
  }
  return margin;
}

// How many of `jobs` may lie above their percentile.
std::uint64_t most_above(std::uint64_t jobs, std::uint32_t ppm) {
  return jobs - (jobs * ppm + kAllPpm - 1) / kAllPpm;
}

PercentileLimit make_limit(const char* key, std::uint32_t ppm, double allowed_ms) {
  return {key, ppm, allowed_ms, Duration::from_ns(std::llround(allowed_ms * kNsPerMs))};
}

// Of few response times the worst may be far from what the task would show in the long run.
SloMargin judge_percentile(const PercentileLimit& limit, const Tally& tally) {
  const Histogram& times = tally.response_ns;
  const double quantile = static_cast<double>(limit.ppm) / kAllPpm;
  std::optional<double> measured_ms;
  if (times.count() > 0) measured_ms = static_cast<double>(times.quantile(limit.ppm)) / kNsPerMs;
  SloMargin margin = judge_limit(limit.key, limit.allowed_ms, measured_ms, tally.released);
  if (margin.met == false) return margin;
  const std::uint64_t above = times.count_above(static_cast<std::uint64_t>(limit.allowed.ns()));
  const std::uint64_t jobs = times.count() + tally.unfinished;
  const std::uint64_t surely_above = above + tally.unfinished_past_limit;
  const std::uint64_t perhaps_above = above + tally.unfinished;
  margin.met = tally.unfinished_past_limit == 0 || surely_above <= most_above(jobs, limit.ppm);
  if (margin.met == false || quantile_is_within(quantile, perhaps_above, jobs, kShownLevel)) return margin;
  margin.met.reset();
  margin.jobs_missing = values_needed(quantile, perhaps_above, kShownLevel) - jobs;
  return margin;
}

std::optional<bool> all_met(const std::vector<SloMargin>& margins) {
  const auto is_broken = [](const SloMargin& margin) { return margin.met == false; };
  const auto is_met = [](const SloMargin& margin) { return margin.met == true; };
  if (std::any_of(margins.begin(), margins.end(), is_broken)) return false;
  if (!margins.empty() && std::all_of(margins.begin(), margins.end(), is_met)) return true;
  return std::nullopt;
}

}  // namespace

std::optional<PercentileLimit> percentile_limit(const Slo& slo) {
  if (slo.response_p90_ms_max) return make_limit("response_p90_ms_max", 900'000, *slo.response_p90_ms_max);
  if (slo.response_p99_ms_max) return make_limit("response_p99_ms_max", 990'000, *slo.response_p99_ms_max);
  return std::nullopt;
}

SloOutcome judge(const Slo& slo, const Tally& tally) {
  SloOutcome outcome;
  std::vector<SloMargin>& margins = outcome.margins;
  if (slo.miss_rate_max)
    margins.push_back(
        judge_limit("miss_rate_max", *slo.miss_rate_max, deadline_miss_rate(tally), tally.released));
  if (slo.loss_rate_max)
    margins.push_back(judge_limit("loss_rate_max", *slo.loss_rate_max, loss_rate(tally), tally.released));
  if (const auto limit = percentile_limit(slo)) margins.push_back(judge_percentile(*limit, tally));
  if (slo.consecutive_misses_max)
    margins.push_back(judge_limit("consecutive_misses_max", *slo.consecutive_misses_max,
                                  static_cast<double>(tally.consecutive_misses_max), tally.admitted));
  outcome.met = all_met(margins);
  return outcome;
}

}  // namespace daris
