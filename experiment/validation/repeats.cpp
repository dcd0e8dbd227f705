#include "experiment/validation/repeats.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/report/statistics.h"

namespace daris {
namespace {

std::string key_of_repeats(const LivePoint& live) {
  Json config = live.point.at("config");
  for (const char* const key : {"duration_s", "warmup_s", "seed", "replications", "saturation"})
    config.erase(key);
  Json tasks = Json::array();
  for (const Json& task : live.point.at("results").at("tasks"))
    tasks.push_back({task.at("name"), task.at("count")});
  const Json machine = {live.provenance.value("gpu", Json()), live.provenance.value("driver", Json())};
  return Json{config, tasks, machine}.dump();
}

// The figure of each run of a point. Where its report lacks the replications, the point is one observation.
std::vector<double> observations(const Json& point, const PointFigure& figure, std::optional<double> whole) {
  const Json runs = point.at("confidence").at("values").value(replications_key(figure), Json());
  std::vector<double> values;
  if (!runs.is_array() && whole) values.push_back(*whole);
  for (const Json& run : runs) {
    if (run.is_number()) values.push_back(run.get<double>());
  }
  return values;
}

std::optional<double> spread_of(const std::vector<double>& values, bool is_share) {
  if (values.size() < 2) return std::nullopt;
  const double center = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - center) * (value - center);
  const double deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
  if (is_share) return deviation;
  return center > 0 ? std::optional<double>(deviation / center) : std::nullopt;
}

}  // namespace

Repeats::Repeats(std::span<const LivePoint> points) : points_(points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    keys_.push_back(key_of_repeats(points[i]));
    same_[keys_.back()].push_back(i);
  }
}

std::size_t Repeats::runs(std::size_t index) const {
  std::size_t runs = 0;
  for (const std::size_t other : same_.at(keys_[index]))
    runs += points_[other].point.at("confidence").at("replications").get<std::size_t>();
  return runs;
}

void Repeats::fill_spreads(std::size_t index, std::vector<PointFigure>& figures) const {
  std::vector<std::vector<double>> values(figures.size());
  for (const std::size_t other : same_.at(keys_[index])) {
    const Json& point = points_[other].point;
    const std::vector<PointFigure> measured = compare_points(point, point);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      const auto found = std::find_if(measured.begin(), measured.end(), [&](const PointFigure& one) {
        return one.name == figures[i].name && one.level == figures[i].level;
      });
      if (found == measured.end()) continue;
      for (const double value : observations(point, *found, found->live)) values[i].push_back(value);
    }
  }
  for (std::size_t i = 0; i < figures.size(); ++i)
    figures[i].spread = spread_of(values[i], figures[i].is_share);
}

}  // namespace daris
