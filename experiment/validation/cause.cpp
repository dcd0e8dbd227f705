#include "experiment/validation/cause.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace daris {
namespace {

// Slots that stand idle for more than this have room for jobs that were turned away.
constexpr double kBusyShare = 0.95;
constexpr double kAdmissionDiffers = 0.02;

// What one side shows of its launches.
struct LaunchFigures {
  double busy = 0;             // share of slot time
  double launches_per_s = 0;   // of all slots
  double jobs_per_launch = 0;  // completed jobs over finished stages
  double slot_ms = 0;          // that one launch holds its slot
  std::optional<double> slowdown;
  double rejected = 0;  // share of all released jobs
};

double slots_of(const Json& point) {
  const Json& config = point.at("config");
  if (!config.contains("contexts") && !point.contains("shape"))
    return static_cast<double>(point.at("granted_sms").size());  // a partition's contexts have a stream each
  const Json& shape = config.contains("contexts") ? config : point.at("shape");
  return shape.at("contexts").get<double>() * shape.at("streams").get<double>();
}

double rejected_share(const Json& results) {
  double rejected = 0;
  double released = 0;
  for (const Json& level : results.at("levels")) {
    rejected += level.at("rejected").get<double>();
    released += level.at("released").get<double>();
  }
  return released > 0 ? rejected / released : 0;
}

std::optional<LaunchFigures> launch_figures(const Json& point) {
  const Json& results = point.at("results");
  const auto stages = results.at("stages_finished").get<double>();
  const auto throughput = results.at("throughput_jobs_per_s").get<double>();
  const double window_s =
      results.at("window_s").get<double>() * point.at("confidence").at("replications").get<double>();
  if (stages <= 0 || throughput <= 0 || !results.at("slot_utilization").is_number()) return std::nullopt;
  LaunchFigures figures;
  figures.busy = results.at("slot_utilization").get<double>();
  figures.launches_per_s = stages / window_s;
  figures.jobs_per_launch = throughput / figures.launches_per_s;
  figures.slot_ms = 1000 * figures.busy * slots_of(point) / figures.launches_per_s;
  if (figures.busy <= 0) return std::nullopt;
  if (const Json& slowdown = results.at("stage_slowdown").at("mean"); slowdown.is_number())
    figures.slowdown = slowdown.get<double>();
  figures.rejected = rejected_share(results);
  return figures;
}

struct Term {
  double size = 0;  // its part of log(simulated / live)
  ErrorCause cause;
};

ErrorCause queueing(const LaunchFigures& live, const LaunchFigures& simulated) {
  const bool room = std::min(live.busy, simulated.busy) < kBusyShare;
  if (room && std::abs(live.rejected - simulated.rejected) > kAdmissionDiffers) {
    return {"decisions", fmt::format("{:.1f}% of the jobs were rejected live, {:.1f}% simulated",
                                     100 * live.rejected, 100 * simulated.rejected)};
  }
  return {"queueing", fmt::format("slots were busy {:.1f}% of the time live, {:.1f}% simulated",
                                  100 * live.busy, 100 * simulated.busy)};
}

std::array<Term, 4> terms_of(const LaunchFigures& live, const LaunchFigures& simulated) {
  const double slowdown = live.slowdown && simulated.slowdown ? *simulated.slowdown / *live.slowdown : 1;
  const double alone = simulated.slot_ms / live.slot_ms / slowdown;
  return {Term{std::log(simulated.busy / live.busy), queueing(live, simulated)},
          Term{std::log(simulated.jobs_per_launch / live.jobs_per_launch),
               {"batches", fmt::format("{:.2f} jobs were done by a launch live, {:.2f} simulated",
                                       live.jobs_per_launch, simulated.jobs_per_launch)}},
          Term{-std::log(slowdown),
               {"contention", fmt::format("stages took {:.2f} times as long as alone live, {:.2f} simulated",
                                          live.slowdown.value_or(0), simulated.slowdown.value_or(0))}},
          Term{-std::log(alone),
               {"times alone", fmt::format("a launch held its slot for {:.3f} ms live, {:.3f} ms simulated",
                                           live.slot_ms, simulated.slot_ms)}}};
}

}  // namespace

std::optional<ErrorCause> cause_of_error(const Json& live, const Json& simulated) {
  const std::optional<LaunchFigures> measured = launch_figures(live);
  const std::optional<LaunchFigures> predicted = launch_figures(simulated);
  if (!measured || !predicted) return std::nullopt;
  const std::array<Term, 4> terms = terms_of(*measured, *predicted);
  double sum = 0;
  for (const Term& term : terms) sum += term.size;
  if (sum == 0) return std::nullopt;
  const auto in_its_direction = [&](const Term& term) { return sum > 0 ? term.size : -term.size; };
  return std::max_element(
             terms.begin(), terms.end(),
             [&](const Term& a, const Term& b) { return in_its_direction(a) < in_its_direction(b); })
      ->cause;
}

}  // namespace daris
