#include "analysis/report/headline.h"

#include <fmt/format.h>

#include "base/time.h"

namespace daris {
namespace {

constexpr double kPpm = 1e6;

void append_level(std::vector<HeadlineFigure>& figures, const std::string& level, const Tally& tally,
                  Duration window) {
  const bool measured = tally.response_ns.count() > 0;
  const auto response_ms = [&](double ns) { return measured ? std::optional(ns / kNsPerMs) : std::nullopt; };
  figures.push_back({level + "_throughput_jobs_per_s", per_second(tally.window_completions, window)});
  figures.push_back({level + "_on_time_jobs_per_s", per_second(tally.window_on_time, window)});
  figures.push_back({level + "_deadline_miss_rate", deadline_miss_rate(tally)});
  figures.push_back({level + "_rejection_rate", rejection_rate(tally)});
  figures.push_back({level + "_loss_rate", loss_rate(tally)});
  figures.push_back({level + "_response_mean_ms", response_ms(measured ? tally.response_ns.mean() : 0)});
  figures.push_back({level + "_response_p99_ms",
                     response_ms(measured ? static_cast<double>(tally.response_ns.quantile(990'000)) : 0)});
}

double share_of_slot_time(std::uint64_t ns, const RunResults& results) {
  return static_cast<double>(ns) /
         (static_cast<double>(results.slots) * static_cast<double>(results.window.ns()));
}

}  // namespace

std::optional<double> ratio(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::optional<double> deadline_miss_rate(const Tally& tally) { return ratio(tally.missed, tally.admitted); }
std::optional<double> loss_rate(const Tally& tally) {
  return ratio(tally.missed + tally.rejected_all(), tally.released);
}
std::optional<double> rejection_rate(const Tally& tally) {
  return ratio(tally.rejected_all(), tally.released);
}

std::optional<double> coverage_by_mret(const RunDescription& run, const StageTally& stages) {
  if (!run.measures_mret) return std::nullopt;
  return ratio(stages.within_mret, stages.finished);
}

double per_second(std::uint64_t count, Duration window) {
  return static_cast<double>(count) * kNsPerSecond / static_cast<double>(window.ns());
}

double slot_utilization(const RunResults& results) {
  return share_of_slot_time(results.busy_slot_ns, results);
}

double full_load_share(const RunResults& results) {
  return share_of_slot_time(results.stages.afet_ns, results);
}

std::map<std::uint32_t, Tally> tally_levels(const RunDescription& run, const RunResults& results) {
  std::map<std::uint32_t, Tally> levels;
  for (std::size_t group = 0; group < run.groups.size(); ++group) {
    add(levels[run.groups[group].level], results.groups[group]);
  }
  return levels;
}

Tally tally_all(const RunResults& results) {
  Tally all;
  for (const Tally& group : results.groups) add(all, group);
  return all;
}

std::vector<HeadlineFigure> headline_figures(const RunDescription& run, const RunResults& results) {
  const Tally all = tally_all(results);
  const StageTally& stages = results.stages;
  const bool slowed = stages.slowdown_ppm.count() > 0;
  std::vector<HeadlineFigure> figures = {
      {"throughput_jobs_per_s", per_second(all.window_completions, results.window)},
      {"on_time_jobs_per_s", per_second(all.window_on_time, results.window)},
      {"throughput_images_per_s", per_second(all.window_images, results.window)},
      {"slot_utilization", slot_utilization(results)},
      {"stage_slowdown_mean", slowed ? std::optional(stages.slowdown_ppm.mean() / kPpm) : std::nullopt},
      {"estimate_coverage_mret", coverage_by_mret(run, stages)},
      {"estimate_coverage_afet", ratio(stages.within_afet, stages.finished)},
  };
  for (const auto& [level, tally] : tally_levels(run, results)) {
    append_level(figures, fmt::format("level{}", level), tally, results.window);
  }
  return figures;
}

}  // namespace daris
