#include "experiment/validation/summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "analysis/report/statistics.h"

namespace daris {
namespace {

struct Errors {
  std::vector<double> signed_errors;
  std::vector<double> spreads;
};

// The least value that a share of `milli` thousandths of all values are at most. REQUIRES: sorted, not empty.
double nearest_rank(const std::vector<double>& sorted, std::size_t milli) {
  const std::size_t rank = (sorted.size() * milli + 999) / 1000;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void fill_in(FigureSummary& summary, const Errors& errors) {
  summary.points = errors.signed_errors.size();
  summary.repeated = errors.spreads.size();
  if (!errors.spreads.empty()) summary.spread = median_of(errors.spreads);
  if (errors.signed_errors.empty()) return;
  std::vector<double> sizes;
  for (const double error : errors.signed_errors) sizes.push_back(std::abs(error));
  std::sort(sizes.begin(), sizes.end());
  summary.mean = mean(sizes);
  summary.p50 = median_of(sizes);
  summary.p90 = nearest_rank(sizes, 900);
  summary.largest = sizes.back();
  summary.bias = median_of(errors.signed_errors);
}

}  // namespace

std::vector<FigureSummary> summarise(std::span<const std::vector<PointFigure>* const> points) {
  // Figures of the run come before those of level 0.
  std::map<std::pair<std::int64_t, std::size_t>, std::pair<FigureSummary, Errors>> all;
  std::map<std::string, std::size_t> order;
  for (const std::vector<PointFigure>* const figures : points) {
    for (const PointFigure& figure : *figures) {
      const std::size_t place = order.try_emplace(figure.name, order.size()).first->second;
      const std::int64_t level = figure.level ? std::int64_t{*figure.level} : -1;
      auto& [summary, errors] = all[{level, place}];
      summary.figure = figure.name;
      summary.level = figure.level;
      summary.is_share = figure.is_share;
      if (figure.error) errors.signed_errors.push_back(*figure.error);
      if (figure.spread) errors.spreads.push_back(*figure.spread);
    }
  }
  std::vector<FigureSummary> summaries;
  for (auto& [unused, entry] : all) {
    fill_in(entry.first, entry.second);
    summaries.push_back(std::move(entry.first));
  }
  return summaries;
}

}  // namespace daris
