#include "experiment/validation/point_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace daris {
namespace {

std::optional<double> number_or_nothing(const Json& value) {
  return value.is_number() ? std::optional<double>(value.get<double>()) : std::nullopt;
}

// `part` and `whole` are counts of a level.
std::optional<double> share_of(const Json& level, const char* part, const char* whole) {
  const auto all = level.at(whole).get<double>();
  return all > 0 ? std::optional<double>(level.at(part).get<double>() / all) : std::nullopt;
}

PointFigure figure_of(std::string name, std::optional<std::uint32_t> level, bool is_share,
                      std::optional<double> live, std::optional<double> simulated) {
  PointFigure figure{std::move(name), level, is_share, live, simulated, std::nullopt, std::nullopt};
  figure.error = error_of(figure);
  return figure;
}

// A percentile is compared if so many jobs completed live: six are above it then.
struct ComparedPercentile {
  const char* name;
  std::uint64_t jobs_min;
};
constexpr std::array<ComparedPercentile, 3> kComparedPercentiles{{{"p50", 13}, {"p95", 132}, {"p99", 662}}};

void append_level(std::vector<PointFigure>& figures, const Json& live, const Json& simulated) {
  const auto level = live.at("priority").get<std::uint32_t>();
  const auto add_share = [&](const char* name, const char* part, const char* whole) {
    figures.push_back(
        figure_of(name, level, true, share_of(live, part, whole), share_of(simulated, part, whole)));
  };
  add_share("deadline_miss_rate", "missed", "admitted");
  add_share("rejection_rate", "rejected", "released");
  figures.push_back(figure_of("loss_rate", level, true, number_or_nothing(live.at("loss_rate")),
                              number_or_nothing(simulated.at("loss_rate"))));
  const Json& live_ms = live.at("response_time_ms");
  const Json& simulated_ms = simulated.at("response_time_ms");
  const auto add_response = [&](const char* of) {
    figures.push_back(figure_of(fmt::format("response_{}_ms", of), level, false,
                                number_or_nothing(live_ms.at(of)), number_or_nothing(simulated_ms.at(of))));
  };
  add_response("mean");
  for (const auto& [name, jobs_min] : kComparedPercentiles) {
    add_response(name);
    if (live.at("completed").get<std::uint64_t>() < jobs_min) figures.back().error.reset();
  }
  add_share("migrations_per_job", "migrations", "released");
}

const Json* level_of(const Json& point, const Json& priority) {
  for (const Json& level : point.at("results").at("levels")) {
    if (level.at("priority") == priority) return &level;
  }
  return nullptr;
}

}  // namespace

std::optional<double> error_of(const PointFigure& figure) {
  if (!figure.live || !figure.simulated) return std::nullopt;
  if (figure.is_share) return *figure.simulated - *figure.live;
  if (*figure.live <= 0) return std::nullopt;
  return *figure.simulated / *figure.live - 1;
}

std::vector<PointFigure> compare_points(const Json& live, const Json& simulated) {
  const Json& measured = live.at("results");
  const Json& predicted = simulated.at("results");
  std::vector<PointFigure> figures;
  for (const char* const name : {"throughput_jobs_per_s", "on_time_jobs_per_s", "energy_j_per_job"}) {
    figures.push_back(figure_of(name, std::nullopt, false, number_or_nothing(measured.at(name)),
                                number_or_nothing(predicted.at(name))));
  }
  figures.push_back(figure_of("stage_slowdown_mean", std::nullopt, false,
                              number_or_nothing(measured.at("stage_slowdown").at("mean")),
                              number_or_nothing(predicted.at("stage_slowdown").at("mean"))));
  for (const Json& level : measured.at("levels")) {
    const Json* const other = level_of(simulated, level.at("priority"));
    if (other != nullptr) append_level(figures, level, *other);
  }
  return figures;
}

const PointFigure& run_figure(const std::vector<PointFigure>& figures, const std::string& name) {
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const PointFigure& figure) {
    return !figure.level && figure.name == name;
  });
  DARIS_CHECK(found != figures.end());
  return *found;
}

std::string replications_key(const PointFigure& figure) {
  return figure.level ? fmt::format("level{}_{}", *figure.level, figure.name) : figure.name;
}

}  // namespace daris
