#include "analysis/comparison/figure_verdict.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace daris {
namespace {

struct Direction {
  std::string_view ending;
  bool more_is_better;
};
constexpr std::array<Direction, 6> kDirections{{{"throughput_jobs_per_s", true},
                                                {"on_time_jobs_per_s", true},
                                                {"throughput_images_per_s", true},
                                                {"_rate", false},
                                                {"response_mean_ms", false},
                                                {"response_p99_ms", false}}};

bool all_equal(const FigureValues& values) {
  if (values.before.empty() || values.after.empty()) return false;
  if (values.paired) return values.before == values.after;
  const double first = values.before.front();
  const auto is_first = [&](double value) { return value == first; };
  return std::all_of(values.before.begin(), values.before.end(), is_first) &&
         std::all_of(values.after.begin(), values.after.end(), is_first);
}

FigureVerdict judge(const Interval& difference, double margin, bool more_is_better) {
  if (difference.low > 0 || difference.high < 0)
    return (difference.low > 0) == more_is_better ? FigureVerdict::kBetter : FigureVerdict::kWorse;
  const bool narrow = -margin <= difference.low && difference.high <= margin;
  return narrow ? FigureVerdict::kSame : FigureVerdict::kTooLittleData;
}

}  // namespace

std::string_view to_text(FigureVerdict verdict) {
  switch (verdict) {
    case FigureVerdict::kBetter: return "better";
    case FigureVerdict::kWorse: return "worse";
    case FigureVerdict::kSame: return "same";
    case FigureVerdict::kTooLittleData: return "too little data";
  }
  return "";
}

std::optional<bool> more_is_better(std::string_view figure) {
  for (const Direction& direction : kDirections) {
    if (figure.ends_with(direction.ending)) return direction.more_is_better;
  }
  return std::nullopt;
}

ComparedFigure compare_figure(const std::string& name, const FigureValues& values, double tolerance) {
  const std::optional<bool> direction = more_is_better(name);
  DARIS_CHECK(direction.has_value() && tolerance >= 0);
  ComparedFigure figure;
  figure.name = name;
  figure.share = name.ends_with("_rate");
  figure.runs_before = values.before.size();
  figure.runs_after = values.after.size();
  if (!values.before.empty()) figure.before = mean(values.before);
  if (!values.after.empty()) figure.after = mean(values.after);
  if (!figure.before || !figure.after) return figure;
  figure.difference = *figure.after - *figure.before;
  figure.difference_95 = difference_interval(values);
  const double margin = tolerance * (figure.share ? 1 : std::abs(*figure.before));
  if (all_equal(values)) {
    figure.difference = 0;  // without what rounding adds to means
    figure.verdict = FigureVerdict::kSame;
  } else if (figure.difference_95) {
    figure.verdict = judge(*figure.difference_95, margin, *direction);
  }
  figure.regression = figure.verdict == FigureVerdict::kWorse && std::abs(*figure.difference) > margin;
  return figure;
}

std::optional<double> relative_difference(const ComparedFigure& figure) {
  if (!figure.difference) return std::nullopt;
  if (figure.share) return figure.difference;
  if (*figure.before == 0) return std::nullopt;
  return *figure.difference / std::abs(*figure.before);
}

}  // namespace daris
