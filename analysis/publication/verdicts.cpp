#include "analysis/publication/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "analysis/report/statistics.h"
#include "base/number_text.h"

namespace daris {
namespace {

// A point and its figure.
struct Chosen {
  const ClaimPoint* point = nullptr;
  ClaimFigure figure;
};

std::string figure_text(const ClaimSide& side, double value) {
  if (side.figure.ends_with("_rate")) return fmt::format("{} {:.2f}%", side.figure, 100 * value);
  return std::abs(value) >= 1000 ? fmt::format("{} {:.0f}", side.figure, value)
                                 : fmt::format("{} {:.4g}", side.figure, value);
}

std::string chosen_text(const ClaimSide& side, const Chosen& chosen) {
  return fmt::format("{} ({})", figure_text(side, chosen.figure.value), chosen.point->label());
}

// The point with most of `side.by`; of equals the first.
std::optional<Chosen> choose(const ClaimSide& side, const ClaimWorld& world) {
  std::optional<Chosen> best;
  double most = 0;
  for (const ClaimPoint& point : world.points) {
    if (!point.matches(side)) continue;
    const std::optional<ClaimFigure> by = point.figure(side.by);
    const std::optional<ClaimFigure> figure = point.figure(side.figure);
    if (!by || !figure || (best && by->value <= most)) continue;
    best = Chosen{&point, *figure};
    most = by->value;
  }
  return best;
}

// Why choose() found nothing; `which` configuration it looked for.
std::string lack(const ClaimSide& side, const ClaimWorld& world, std::string_view which) {
  const auto count =
      static_cast<std::uint64_t>(std::count_if(world.points.begin(), world.points.end(),
                                               [&](const ClaimPoint& point) { return point.matches(side); }));
  if (count > 0) {
    const bool needs_jobs = !world.is_published && side.figure.ends_with("_deadline_miss_rate");
    return fmt::format("no {} in {} of {} configuration{}", side.figure, counted(count, "point"), which,
                       needs_jobs ? ": no job of its level was admitted" : "");
  }
  return world.is_published ? fmt::format("nothing was published of {} configuration", which)
                            : fmt::format("no point has {} configuration", which);
}

std::optional<Interval> about(double value, std::optional<double> half) {
  if (!half) return std::nullopt;
  return Interval{value - *half, value + *half};
}

std::optional<Interval> interval_of(const ClaimFigure& figure) {
  if (figure.low && figure.high) return Interval{*figure.low, *figure.high};
  return about(figure.value, student_half_width(figure.values));
}

// Newcombe's interval of the difference of two rates, made of their own intervals.
std::optional<Interval> difference_of_rates(const ClaimFigure& a, const ClaimFigure& b) {
  if (!a.low || !a.high || !b.low || !b.high) return std::nullopt;
  const double middle = a.value - b.value;
  return Interval{middle - std::hypot(a.value - *a.low, *b.high - b.value),
                  middle + std::hypot(*a.high - a.value, b.value - *b.low)};
}

// Two points that share their draws, of which one ran more replications: the first ones are pairs. The others
// would only tell how far apart the two samples are.
void keep_pairs(Chosen& a, Chosen& b) {
  const std::size_t count = std::min(a.figure.values.size(), b.figure.values.size());
  if (count < 2 || a.figure.values.size() == b.figure.values.size()) return;
  if (!a.point->pairing() || a.point->pairing() != b.point->pairing()) return;
  for (Chosen* const side : {&a, &b}) {
    side->figure.values.resize(count);
    side->figure.value = mean(side->figure.values);
  }
}

bool are_pairs(const Chosen& a, const Chosen& b) {
  return a.point->pairing() && a.point->pairing() == b.point->pairing() &&
         a.figure.values.size() == b.figure.values.size();
}

// If one side ran once, it is taken to spread as the other one does, in parts of its mean: Student's interval
// of two means with a common spread. Nullopt if both ran once, or both often.
std::optional<double> half_by_common_spread(const ClaimFigure& a, const ClaimFigure& b, double factor) {
  const bool a_once = a.values.size() < 2;
  if (a_once == (b.values.size() < 2) || a.without_spread) return std::nullopt;
  const ClaimFigure& repeated = a_once ? b : a;
  const std::optional<double> half = student_half_width(repeated.values);
  if (!half || repeated.value == 0) return std::nullopt;
  const auto runs = static_cast<double>(repeated.values.size());
  const double of_one_run = *half * std::sqrt(runs) / std::abs(repeated.value);
  const double once = a_once ? a.value : factor * b.value;
  const double often = a_once ? factor * b.value : a.value;
  return of_one_run * std::hypot(once, often / std::sqrt(runs));
}

// Half the width of the interval of mean(a) - factor * mean(b).
std::optional<double> half_of_difference(const Chosen& a, const Chosen& b, double factor) {
  std::vector<double> scaled = b.figure.values;
  for (double& value : scaled) value *= factor;
  if (are_pairs(a, b)) {
    std::vector<double> differences(scaled.size());
    std::transform(a.figure.values.begin(), a.figure.values.end(), scaled.begin(), differences.begin(),
                   [](double left, double right) { return left - right; });
    return student_half_width(differences);
  }
  if (b.figure.without_spread) return student_half_width(a.figure.values);
  const std::optional<Interval> difference = welch_difference(scaled, a.figure.values);
  return difference ? std::optional((difference->high - difference->low) / 2) : std::nullopt;
}

void compare(const Claim& claim, Chosen a, Chosen b, ClaimResult& result) {
  keep_pairs(a, b);
  if (claim.comparison == Comparison::kDifference) {
    result.value = a.figure.value - b.figure.value;
    result.interval_95 = about(*result.value, half_of_difference(a, b, 1));
    if (!result.interval_95) result.interval_95 = difference_of_rates(a.figure, b.figure);
    return;
  }
  if (b.figure.value == 0) return;
  result.value = a.figure.value / b.figure.value;
  // The difference a - r b with r = a / b, in parts of b.
  std::optional<double> half = half_of_difference(a, b, *result.value);
  if (!half) {
    half = half_by_common_spread(a.figure, b.figure, *result.value);
    if (half) result.why += "; one of them ran once, and is taken to spread as the other one does";
  }
  if (half) *half /= std::abs(b.figure.value);
  result.interval_95 = about(*result.value, half);
}

bool satisfies(const Claim& claim, double value) {
  return claim.at_least ? value >= claim.limit : value <= claim.limit;
}

ClaimVerdict verdict_of(const Claim& claim, const ClaimResult& result) {
  if (!result.value) return ClaimVerdict::kUndecided;
  if (claim.observed) return satisfies(claim, *result.value) ? ClaimVerdict::kHolds : ClaimVerdict::kFails;
  if (!result.interval_95) return ClaimVerdict::kUndecided;
  const bool low = satisfies(claim, result.interval_95->low);
  const bool high = satisfies(claim, result.interval_95->high);
  if (low != high) return ClaimVerdict::kUndecided;
  return low ? ClaimVerdict::kHolds : ClaimVerdict::kFails;
}

std::string reason_of(const Claim& claim, const ClaimFigure& what, const ClaimResult& result) {
  if (!result.value) return "; it can't be divided by 0";
  if (claim.observed || result.verdict != ClaimVerdict::kUndecided) return "";
  if (result.interval_95) return "; the interval holds the limit";
  return what.without_spread ? "; it was published without a spread, so there is no interval"
                             : "; there is one run and so no interval";
}

void append_ids(const ClaimPoint& point, ClaimResult& result) {
  for (std::string& id : point.ids()) result.ids.push_back(std::move(id));
}

ClaimResult judge(const Claim& claim, const ClaimWorld& world) {
  ClaimResult result{&claim, world.name, ClaimVerdict::kUndecided, {}, {}, {}, {}};
  const std::optional<Chosen> what = choose(claim.what, world);
  if (!what) {
    result.why = lack(claim.what, world, "its");
    return result;
  }
  result.why = chosen_text(claim.what, *what);
  append_ids(*what->point, result);
  if (!claim.against) {
    result.value = what->figure.value;
    result.interval_95 = interval_of(what->figure);
  } else {
    std::optional<Chosen> against = choose(*claim.against, world);
    if (claim.against->of.empty()) {  // of the same point
      const std::optional<ClaimFigure> figure = what->point->figure(claim.against->figure);
      against = figure ? std::optional<Chosen>(Chosen{what->point, *figure}) : std::nullopt;
    }
    if (!against) {
      result.why += claim.against->of.empty() ? "; it has no " + claim.against->figure
                                              : "; " + lack(*claim.against, world, "the other");
      return result;
    }
    result.why += " against " + chosen_text(*claim.against, *against);
    if (against->point != what->point) append_ids(*against->point, result);
    compare(claim, *what, *against, result);
  }
  result.verdict = verdict_of(claim, result);
  result.why += reason_of(claim, what->figure, result);
  return result;
}

}  // namespace

std::vector<ClaimResult> judge_claims(const Claims& claims, const std::vector<ClaimWorld>& worlds) {
  std::vector<ClaimResult> results;
  results.reserve(claims.claims.size() * worlds.size());
  for (const Claim& claim : claims.claims)
    for (const ClaimWorld& world : worlds) results.push_back(judge(claim, world));
  return results;
}

}  // namespace daris
