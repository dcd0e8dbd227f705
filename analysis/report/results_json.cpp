#include "analysis/report/results_json.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/headline.h"
#include "analysis/report/slo.h"
#include "analysis/report/statistics.h"
#include "base/check.h"
#include "base/json/json.h"
#include "base/time.h"
#include "drive/names.h"

namespace daris {
namespace {

constexpr double kPpm = 1e6;

Json histogram_bars(const Histogram& histogram) {
  Json upper = Json::array();
  Json count = Json::array();
  for (const Histogram::Bar& bar : histogram.bars()) {
    upper.push_back(rounded(static_cast<double>(bar.upper) / kNsPerMs));
    count.push_back(bar.count);
  }
  return {{"upper_ms", std::move(upper)}, {"count", std::move(count)}};
}

struct Percentile {
  const char* name;
  std::uint32_t ppm;
};
constexpr std::array<Percentile, 4> kPercentiles{
    {{"p50", 500'000}, {"p95", 950'000}, {"p99", 990'000}, {"p999", 999'000}}};

Json ms_of_ns(std::uint64_t ns) { return rounded(static_cast<double>(ns) / kNsPerMs); }

// An end is null if too few values were measured for it. REQUIRES: one was.
Json quantile_interval(const Histogram& values, std::uint32_t ppm) {
  const RankInterval ranks = quantile_ranks(ppm / kPpm, values.count(), kConfidenceLevel);
  const auto end_ms = [&](std::optional<std::uint64_t> rank) {
    return rank ? ms_of_ns(values.at_rank(*rank)) : Json(nullptr);
  };
  return Json::array({end_ms(ranks.low), end_ms(ranks.high)});
}

Json response_times(const Histogram& response_ns) {
  const bool measured = response_ns.count() > 0;
  Json times = {{"mean", measured ? Json(rounded(response_ns.mean() / kNsPerMs)) : Json(nullptr)}};
  for (const auto& [name, ppm] : kPercentiles)
    times[name] = measured ? ms_of_ns(response_ns.quantile(ppm)) : Json(nullptr);
  times["max"] = measured ? ms_of_ns(response_ns.largest()) : Json(nullptr);
  for (const auto& [name, ppm] : kPercentiles)
    times[std::string(name) + "_95"] = measured ? quantile_interval(response_ns, ppm) : Json(nullptr);
  times["histogram"] = histogram_bars(response_ns);
  return times;
}

// Null if nothing was measured.
Json latency_ns(const Histogram& latency) {
  if (latency.count() == 0) return nullptr;
  return {{"count", latency.count()},
          {"mean", rounded(latency.mean())},
          {"p50", latency.quantile(500'000)},
          {"p99", latency.quantile(990'000)},
          {"max", latency.largest()}};
}

Json starts_to_json(const StartDelays& starts) {
  return {{"migrated", latency_ns(starts.migrated_ns)}, {"others", latency_ns(starts.others_ns)}};
}

// The counts that are not 0, by the names of their reasons.
template <typename Reason, std::size_t kCount>
Json by_reason(const std::array<std::uint64_t, kCount>& counts) {
  Json reasons = Json::object();
  for (std::size_t reason = 0; reason < kCount; ++reason)
    if (counts[reason] > 0) reasons[std::string(to_text(static_cast<Reason>(reason)))] = counts[reason];
  return reasons;
}

// `rates` are the miss rates of the replications that admitted a job.
Json miss_rate_interval(const Tally& pooled, const std::vector<double>& rates) {
  std::optional<Interval> interval = clopper_pearson(pooled.missed, pooled.admitted, kConfidenceLevel);
  if (!interval) return nullptr;
  if (const std::optional<double> half_width = student_half_width(rates, kConfidenceLevel)) {
    const double center = mean(rates);
    interval->low = std::min(interval->low, std::max(0.0, center - *half_width));
    interval->high = std::max(interval->high, std::min(1.0, center + *half_width));
  }
  return {rounded(interval->low), rounded(interval->high)};
}

void append_tally(Json& to, const Tally& pooled, const std::vector<double>& miss_rates,
                  const RunResults& results) {
  to["released"] = pooled.released;
  to["admitted"] = pooled.admitted;
  to["rejected"] = pooled.rejected_all();
  to["reject_reasons"] = by_reason<RejectReason>(pooled.rejected);
  to["completed"] = pooled.completed;
  to["missed"] = pooled.missed;
  if (results.runtime) to["missed_by_host"] = pooled.missed_by_host;
  if (pooled.miss_causes) to["miss_causes"] = by_reason<MissCause>(*pooled.miss_causes);
  to["dropped"] = pooled.dropped;
  to["unfinished"] = pooled.unfinished;
  to["deadline_miss_rate"] = rounded_or_null(deadline_miss_rate(pooled));
  to["deadline_miss_rate_95"] = miss_rate_interval(pooled, miss_rates);
  to["loss_rate"] = rounded_or_null(loss_rate(pooled));
  to["throughput_jobs_per_s"] = rounded(per_second(pooled.window_completions, results.window));
  to["on_time_jobs_per_s"] = rounded(per_second(pooled.window_on_time, results.window));
  to["response_time_ms"] = response_times(pooled.response_ns);
  to["release_to_start_ns"] = starts_to_json(pooled.starts);
  to["migrations"] = pooled.migrations;
}

void append_rate(std::vector<double>& rates, const Tally& tally) {
  if (const std::optional<double> rate = deadline_miss_rate(tally)) rates.push_back(*rate);
}

Json levels_to_json(const RunDescription& run, const RunResults& pooled,
                    std::span<const RunResults> replications) {
  std::map<std::uint32_t, std::vector<double>> miss_rates;
  for (const RunResults& replication : replications) {
    for (const auto& [level, tally] : tally_levels(run, replication)) append_rate(miss_rates[level], tally);
  }
  Json levels = Json::array();
  for (const auto& [level, tally] : tally_levels(run, pooled)) {
    Json entry = {{"priority", level}};
    append_tally(entry, tally, miss_rates[level], pooled);
    levels.push_back(std::move(entry));
  }
  return levels;
}

void append_slo(Json& to, const SloOutcome& outcome) {
  Json margins = Json::object();
  Json missing = Json::object();
  for (const SloMargin& margin : outcome.margins) {
    margins[margin.limit] = rounded_or_null(margin.margin);
    if (margin.jobs_missing > 0) missing[margin.limit] = margin.jobs_missing;
  }
  to["slo_met"] = outcome.met ? Json(*outcome.met) : Json(nullptr);
  to["slo_margin"] = std::move(margins);
  if (!missing.empty()) to["slo_jobs_missing"] = std::move(missing);
}

Json tasks_to_json(const RunDescription& run, const RunResults& pooled,
                   std::span<const RunResults> replications) {
  Json tasks = Json::array();
  for (std::size_t group = 0; group < run.groups.size(); ++group) {
    const MeasuredGroup& described = run.groups[group];
    std::vector<double> miss_rates;
    for (const RunResults& replication : replications) append_rate(miss_rates, replication.groups[group]);
    Json entry = {{"name", described.name}, {"count", described.count}, {"priority", described.level}};
    append_tally(entry, pooled.groups[group], miss_rates, pooled);
    entry["consecutive_misses_max"] = pooled.groups[group].consecutive_misses_max;
    append_slo(entry, judge(described.slo, pooled.groups[group]));
    tasks.push_back(std::move(entry));
  }
  return tasks;
}

Json slowdown_to_json(const Histogram& slowdown_ppm) {
  if (slowdown_ppm.count() == 0) return {{"mean", nullptr}, {"p99", nullptr}, {"max", nullptr}};
  return {{"mean", rounded(slowdown_ppm.mean() / kPpm)},
          {"p99", rounded(static_cast<double>(slowdown_ppm.quantile(990'000)) / kPpm)},
          {"max", rounded(static_cast<double>(slowdown_ppm.largest()) / kPpm)}};
}

bool has_energy(const RunResults& results) { return results.runtime && results.runtime->energy_j; }

std::optional<double> energy_j_per_job(const std::optional<RuntimeFigures>& runtime, std::uint64_t jobs) {
  if (!runtime || !runtime->energy_j || jobs == 0) return std::nullopt;
  return *runtime->energy_j / static_cast<double>(jobs);
}

Json context_memory(const RuntimeFigures& runtime) {
  return runtime.context_memory_bytes.empty() ? Json(nullptr) : Json(runtime.context_memory_bytes);
}

Json gaps_to_json(const RuntimeFigures& runtime, Duration window) {
  const Histogram& gaps = runtime.host_gap_ns;
  const bool any = gaps.count() > 0;
  const auto at = [&](std::uint32_t ppm) { return any ? Json(gaps.quantile(ppm)) : Json(nullptr); };
  return {
      {"count", gaps.count()},
      {"p50_ns", at(500'000)},
      {"p90_ns", at(900'000)},
      {"p99_ns", at(990'000)},
      {"max_ns", any ? Json(gaps.largest()) : Json(nullptr)},
      {"total_ns", gaps.sum()},
      {"share", rounded(host_share(runtime, window))},
      {"in_calls",
       {{"count", runtime.host_gap_in_call_ns.count()}, {"total_ns", runtime.host_gap_in_call_ns.sum()}}}};
}

Json runtime_to_json(const RunResults& results) {
  const std::optional<RuntimeFigures>& runtime = results.runtime;
  if (!runtime) return nullptr;
  return {{"decision_ns", latency_ns(runtime->decision_ns)},
          {"completion_to_launch_ns", latency_ns(runtime->completion_to_launch_ns)},
          {"release_lateness_ns", latency_ns(runtime->release_lateness_ns)},
          {"idle_turn_ns", latency_ns(runtime->idle_turn_ns)},
          {"host_gaps", gaps_to_json(*runtime, results.window)},
          {"clock_mhz_start", rounded_or_null(runtime->clock_mhz_start)},
          {"clock_mhz_end", rounded_or_null(runtime->clock_mhz_end)},
          {"gpu_memory_bytes", runtime->memory_bytes ? Json(*runtime->memory_bytes) : Json(nullptr)},
          {"context_memory_bytes", context_memory(*runtime)},
          {"full_load_share", rounded(full_load_share(results))}};
}

Json errors_ms(const ErrorTally& errors) {
  const Histogram& size = errors.size_ns;
  if (size.count() == 0) return nullptr;
  const auto ms = [](double ns) { return rounded(ns / kNsPerMs); };
  return {{"count", size.count()},
          {"mean", ms(static_cast<double>(errors.sum_ns) / static_cast<double>(size.count()))},
          {"mean_abs", ms(size.mean())},
          {"p50_abs", ms(static_cast<double>(size.quantile(500'000)))},
          {"p99_abs", ms(static_cast<double>(size.quantile(990'000)))},
          {"max_abs", ms(static_cast<double>(size.largest()))}};
}

Json schedule_to_json(const std::optional<ScheduleErrors>& schedule) {
  if (!schedule) return nullptr;
  Json stages = Json::array();
  for (const StageErrors& errors : schedule->stages) {
    stages.push_back({{"model", errors.model},
                      {"precision", errors.precision},
                      {"batch", errors.batch},
                      {"stage", errors.stage.value() + 1},
                      {"start_error_ms", errors_ms(errors.start)},
                      {"duration_error_ms", errors_ms(errors.duration)}});
  }
  return {{"launches_recorded", schedule->recorded},
          {"launches_executed", schedule->executed},
          {"stages", std::move(stages)}};
}

}  // namespace

Json rounded_or_null(std::optional<double> value) { return value ? Json(rounded(*value)) : Json(nullptr); }

Json results_to_json(const RunDescription& run, std::span<const RunResults> replications) {
  const RunResults pooled = pool(replications);
  const Tally all = tally_all(pooled);
  const StageTally& stages = pooled.stages;
  Json results;
  results["window_s"] = rounded(static_cast<double>(replications.front().window.ns()) / kNsPerSecond);
  results["throughput_jobs_per_s"] = rounded(per_second(all.window_completions, pooled.window));
  results["on_time_jobs_per_s"] = rounded(per_second(all.window_on_time, pooled.window));
  results["throughput_images_per_s"] = rounded(per_second(all.window_images, pooled.window));
  results["levels"] = levels_to_json(run, pooled, replications);
  results["tasks"] = tasks_to_json(run, pooled, replications);
  results["slot_utilization"] = rounded(slot_utilization(pooled));
  results["stages_finished"] = stages.finished;
  results["stage_slowdown"] = slowdown_to_json(stages.slowdown_ppm);
  results["estimate_coverage"] = {{"mret", rounded_or_null(coverage_by_mret(run, stages))},
                                  {"afet", rounded_or_null(ratio(stages.within_afet, stages.finished))}};
  results["release_to_start_ns"] = starts_to_json(all.starts);
  results["launch_failures"] = by_reason<LaunchFailure>(pooled.launch_failures);
  results["energy_j_per_job"] = rounded_or_null(energy_j_per_job(pooled.runtime, all.window_completions));
  results["runtime"] = runtime_to_json(pooled);
  results["schedule"] = schedule_to_json(pooled.schedule);
  return results;
}

Json confidence_to_json(const RunDescription& run, std::span<const RunResults> replications) {
  DARIS_CHECK(!replications.empty());
  Json half_widths = Json::object();
  Json values = Json::object();
  std::map<std::string, std::vector<double>> known;
  const auto add = [&](const std::string& name, std::optional<double> value) {
    values[name].push_back(rounded_or_null(value));
    if (value) known[name].push_back(*value);
  };
  const bool metered = std::any_of(replications.begin(), replications.end(), has_energy);
  for (const RunResults& replication : replications) {
    for (const HeadlineFigure& figure : headline_figures(run, replication)) add(figure.name, figure.value);
    if (metered) {
      const std::uint64_t jobs = tally_all(replication).window_completions;
      add("energy_j_per_job", energy_j_per_job(replication.runtime, jobs));
    }
  }
  for (const auto& [name, unused] : values.items())
    half_widths[name] = rounded_or_null(student_half_width(known[name], kConfidenceLevel));
  return {{"replications", replications.size()},
          {"level", kConfidenceLevel},
          {"half_width", std::move(half_widths)},
          {"values", std::move(values)}};
}

}  // namespace daris
