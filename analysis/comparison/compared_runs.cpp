#include "analysis/comparison/compared_runs.h"

#include <algorithm>
#include <iterator>

#include "base/json/json.h"

namespace daris {
namespace {

bool same(const Run& a, const Run& b) { return !(a < b) && !(b < a); }

std::optional<double> value_of(const Run& run, const std::string& figure) {
  const auto values = run.values->find(figure);
  if (values == run.values->end() || run.replication >= values->size()) return std::nullopt;
  const Json& value = values->at(run.replication);
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::vector<double> known_values(const std::vector<Run>& runs, const std::string& figure) {
  std::vector<double> known;
  for (const Run& run : runs) {
    const std::optional<double> value = value_of(run, figure);
    if (value) known.push_back(*value);
  }
  return known;
}

}  // namespace

void append_runs(const Json& point, std::vector<Run>& to) {
  const Json& confidence = point.at("confidence");
  const auto replications = confidence.at("replications").get<std::size_t>();
  const auto seed = point.at("config").value("seed", std::uint64_t{0});
  for (std::size_t i = 0; i < replications; ++i) to.push_back({seed, i, &confidence.at("values")});
}

bool has_twins(const std::vector<Run>& runs) {
  std::vector<Run> sorted = runs;
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end(), same) != sorted.end();
}

RunPairs pair_runs(std::vector<Run> before, std::vector<Run> after) {
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  RunPairs pairs;
  std::set_intersection(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(pairs.before));
  std::set_intersection(after.begin(), after.end(), before.begin(), before.end(),
                        std::back_inserter(pairs.after));
  const bool single = before.size() == 1 && after.size() == 1;
  pairs.paired = pairs.before.size() >= (single ? 1U : 2U);
  if (pairs.paired) return pairs;
  return {false, std::move(before), std::move(after)};
}

FigureValues values_of(const RunPairs& runs, const std::string& figure) {
  FigureValues values;
  values.paired = runs.paired;
  if (!runs.paired) {
    values.before = known_values(runs.before, figure);
    values.after = known_values(runs.after, figure);
    return values;
  }
  for (std::size_t i = 0; i < runs.before.size(); ++i) {
    const std::optional<double> before = value_of(runs.before[i], figure);
    const std::optional<double> after = value_of(runs.after[i], figure);
    if (!before || !after) continue;
    values.before.push_back(*before);
    values.after.push_back(*after);
  }
  return values;
}

std::optional<Interval> difference_interval(const FigureValues& values) {
  return values.paired ? paired_difference(values.before, values.after, kConfidenceLevel)
                       : welch_difference(values.before, values.after, kConfidenceLevel);
}

}  // namespace daris
