#include "experiment/validation/repeats.h"

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
  for (PointFigure& figure : figures) {
    std::vector<double> values;
    for (const std::size_t other : same_.at(keys_[index])) {
      const Json replications =
          points_[other].point.at("confidence").at("values").value(replications_key(figure), Json::array());
      for (const Json& value : replications) {
        if (value.is_number()) values.push_back(value.get<double>());
      }
    }
    figure.spread = spread_of(values, figure.is_share);
  }
}

}  // namespace daris
