#include "experiment/validation/references.h"

#include <algorithm>
#include <array>
#include <utility>

namespace daris {
namespace {

constexpr std::array<const char*, 2> kScored{"throughput_jobs_per_s", "on_time_jobs_per_s"};

std::vector<PointFigure> scored(const std::vector<PointFigure>& figures) {
  std::vector<PointFigure> kept;
  kept.reserve(kScored.size());
  for (const char* const name : kScored) kept.push_back(run_figure(figures, name));
  return kept;
}

std::vector<PointFigure> predicted_to_be(std::vector<PointFigure> figures, double jobs_per_s) {
  for (PointFigure& figure : figures) {
    figure.simulated = jobs_per_s;
    figure.error = error_of(figure);
  }
  return figures;
}

bool is_scored(const ValidatedPoint& point) {
  return is_hard(point.live->point) && point.without_contention &&
         !point.without_contention->figures.empty() && offered_or_saturation(point.live->point);
}

}  // namespace

std::optional<double> offered_or_saturation(const Json& live_point) {
  double offered = 0;
  for (const Json& load : live_point.at("loads")) offered += load.at("demand_jobs_per_s").get<double>();
  const Json& reached = live_point.at("load_reached");
  if (offered <= 0 || !reached.is_number()) return std::nullopt;
  return offered / std::max(1.0, reached.get<double>());
}

std::vector<ReferenceScore> score_references(const std::vector<ValidatedPoint>& points) {
  std::vector<std::vector<PointFigure>> simulator, saturation, plain;
  for (const ValidatedPoint& point : points) {
    if (!is_scored(point)) continue;
    simulator.push_back(scored(point.figures));
    saturation.push_back(predicted_to_be(simulator.back(), *offered_or_saturation(point.live->point)));
    plain.push_back(scored(point.without_contention->figures));
  }
  if (simulator.empty()) return {};
  const auto score = [](std::string name, const std::vector<std::vector<PointFigure>>& figures) {
    std::vector<const std::vector<PointFigure>*> all;
    all.reserve(figures.size());
    for (const std::vector<PointFigure>& of_point : figures) all.push_back(&of_point);
    return ReferenceScore{std::move(name), summarise(all)};
  };
  return {score("simulator", simulator), score("min(offered, saturation)", saturation),
          score("no contention", plain)};
}

}  // namespace daris
