#include "experiment/validation/live_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "analysis/logs/event_log_reader.h"
#include "analysis/report/report.h"
#include "analysis/report/shape_choice.h"
#include "base/number_text.h"
#include "base/sha256.h"
#include "experiment/validation/logged_point.h"

namespace daris {
namespace {

Result<std::vector<LivePoint>> points_of_report(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const Json report, read_report(file));
  if (report.at("kind") != "live")
    return Error{file.string() + ": kind: \"simulated\" is nothing to compare with; a live report is needed"};
  std::vector<LivePoint> points;
  for (const Json& point : report.at("points"))
    points.push_back({file.string(), point, report.at("provenance"), ""});
  return points;
}

}  // namespace

std::string gpu_of(const LivePoint& live) {
  const Json gpu = live.provenance.value("gpu", Json());
  return gpu.is_string() ? gpu.get<std::string>() : "";
}

std::string shape_of(const Json& point) {
  return fmt::format("{} {}", point.at("config").value("backend", "green"), point_shape_text(point));
}

std::string label_of(const Json& point) {
  const Json& config = point.at("config");
  std::string label = fmt::format("{}, {}, {}", config.value("task_set", Json("?")).get<std::string>(),
                                  config.value("policy", "?"), shape_of(point));
  for (const auto& [key, word] :
       {std::pair("load", "load"), std::pair("priority_mix", "mix"), std::pair("deadline_ratio", "D/T")}) {
    const Json value = config.value(key, Json());
    if (value.is_number()) label += fmt::format(", {} {}", word, number_text(value.get<double>()));
  }
  return label;
}

bool is_hard(const Json& point) {
  constexpr double kInTimeShare = 0.98;
  constexpr double kLossMin = 0.01;
  constexpr double kLossMax = 0.6;
  double offered = 0;
  for (const Json& load : point.at("loads")) offered += load.at("demand_jobs_per_s").get<double>();
  const Json& results = point.at("results");
  if (results.at("on_time_jobs_per_s").get<double>() < kInTimeShare * offered) return true;
  const Json& levels = results.at("levels");
  return std::any_of(levels.begin(), levels.end(), [&](const Json& level) {
    const Json& loss = level.at("loss_rate");
    return loss.is_number() && loss.get<double>() >= kLossMin && loss.get<double>() <= kLossMax;
  });
}

// Runs of one experiment never measure the same. The name of a log is no part of what it shows.
std::size_t erase_copies(std::vector<LivePoint>& points) {
  std::set<std::string> known;
  return std::erase_if(points, [&](const LivePoint& live) {
    Json shown = live.point;
    shown.erase("id");
    return !known.insert(sha256_hex(shown.dump())).second;
  });
}

Result<std::vector<LivePoint>> read_live_points(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const bool log, is_event_log(file));
  if (!log) return points_of_report(file);
  DARIS_TRY_ASSIGN(Json point, point_of_log(file));
  return std::vector<LivePoint>{{file.string(), std::move(point), Json::object(), file.string()}};
}

}  // namespace daris
