#include "analysis/report/precision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/report/headline.h"
#include "analysis/report/results_json.h"
#include "analysis/report/statistics.h"
#include "base/check.h"
#include "base/json/json.h"

namespace daris {
namespace {

constexpr double kPercent = 100;

// A run of no job that lasted a second.
RunResults no_results(const RunDescription& run) {
  RunResults results;
  results.window = Duration::from_ns(1'000'000'000);
  results.slots = 1;
  results.groups.resize(run.groups.size());
  return results;
}

}  // namespace

std::optional<double> relative_half_width(std::span<const double> values) {
  const std::optional<double> half_width = student_half_width(values, kConfidenceLevel);
  if (!half_width) return std::nullopt;
  if (*half_width == 0) return 0;
  const double center = std::abs(mean(values));
  if (center == 0) return std::nullopt;
  return *half_width / center;
}

std::uint32_t replications_needed(std::uint32_t done, std::optional<double> reached, double wanted,
                                  std::uint32_t max) {
  DARIS_CHECK(done < max && wanted > 0);
  if (!reached) return std::min(2 * done, max);
  const double ratio = *reached / wanted;
  const double needed = std::ceil(done * ratio * ratio);
  if (needed >= max) return max;
  return std::max(static_cast<std::uint32_t>(needed), done + 1);
}

bool PrecisionReached::holds() const {
  const std::optional<double> most = widest();
  return most && *most <= goal.share;
}

std::optional<double> PrecisionReached::widest() const {
  double most = 0;
  for (const std::optional<double>& share : shares) {
    if (!share) return std::nullopt;
    most = std::max(most, *share);
  }
  return most;
}

PrecisionWatch::PrecisionWatch(PrecisionGoal goal, const RunDescription& run)
    : goal_(std::move(goal)), run_(run), values_(goal_.figures.size()) {}

void PrecisionWatch::add(const RunResults& replication) {
  ++added_;
  for (const HeadlineFigure& figure : headline_figures(run_, replication)) {
    for (std::size_t i = 0; i < goal_.figures.size(); ++i)
      if (goal_.figures[i] == figure.name && figure.value) values_[i].push_back(*figure.value);
  }
}

PrecisionReached PrecisionWatch::reached() const {
  PrecisionReached reached{goal_, {}, added_};
  for (const std::vector<double>& values : values_) reached.shares.push_back(relative_half_width(values));
  return reached;
}

std::uint32_t PrecisionWatch::wanted() const {
  const PrecisionReached now = reached();
  if (now.holds() || added_ >= goal_.replications_max) return added_;
  return replications_needed(added_, now.widest(), goal_.share, goal_.replications_max);
}

std::vector<std::string> figure_names(const RunDescription& run) {
  std::vector<std::string> names;
  for (HeadlineFigure& figure : headline_figures(run, no_results(run)))
    names.push_back(std::move(figure.name));
  return names;
}

Json precision_to_json(const PrecisionReached& reached) {
  Json figures = Json::object();
  for (std::size_t i = 0; i < reached.shares.size(); ++i)
    figures[reached.goal.figures[i]] = rounded_or_null(reached.shares[i]);
  return {{"wanted", rounded(reached.goal.share)},
          {"reached", std::move(figures)},
          {"met", reached.holds()},
          {"replications_max", reached.goal.replications_max}};
}

std::optional<std::string> precision_warning(const PrecisionReached& reached) {
  if (reached.holds()) return std::nullopt;
  std::vector<std::string> wide;
  for (std::size_t i = 0; i < reached.shares.size(); ++i) {
    const std::optional<double>& share = reached.shares[i];
    if (share && *share <= reached.goal.share) continue;
    const std::string text = share ? fmt::format("{:.3g}%", kPercent * *share) : "a share that is not known";
    wide.push_back(fmt::format("{} to {}", reached.goal.figures[i], text));
  }
  return fmt::format("precision: {} replications give {}, not to {:.3g}%", reached.replications,
                     fmt::join(wide, ", "), kPercent * reached.goal.share);
}

}  // namespace daris
