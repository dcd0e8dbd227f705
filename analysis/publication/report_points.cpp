#include "analysis/publication/report_points.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/host/parallel.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"

namespace daris {
namespace {

constexpr std::size_t kPointsOfThread = 128;  // validated together

Json points_schema_of(const Json& schema) {
  Json points = {{"type", "object"}, {"additionalProperties", false}};
  points["properties"]["points"] = schema.at("properties").at("points");
  points["definitions"] = schema.at("definitions");
  return points;
}

// Drops what fills most of a point, and what neither tables nor claims read: distributions, and what is told
// of each task. The copy has no room to spare.
void trim(Json& point) {
  Json& results = point["results"];
  for (Json& level : results["levels"]) {
    level["response_time_ms"].erase("histogram");
    level.erase("release_to_start_ns");
  }
  for (Json& task : results["tasks"]) task = Json{{"on_time_jobs_per_s", task["on_time_jobs_per_s"]}};
  point = Json(std::as_const(point));
}

}  // namespace

ReportPoints::ReportPoints(std::size_t threads)
    : threads_(threads),
      schema_(Json::parse(schema_text("daris.report"))),
      points_schema_(points_schema_of(schema_)) {}

void ReportPoints::hear(Json& document) {
  const auto schema = document.find("schema");
  if (schema == document.end() || *schema != "daris.report") return;
  Json& points = document["points"];
  if (points.size() - taken_ >= threads_ * kPointsOfThread) take(points);
}

void ReportPoints::take(Json& points) {
  const std::size_t begin = std::exchange(taken_, points.size());
  if (!valid_) return;
  std::atomic<bool> valid = true;
  const auto take_part = [&](std::size_t part) {
    const std::size_t first = begin + part * kPointsOfThread;
    const std::size_t last = std::min(first + kPointsOfThread, points.size());
    Json some = {{"points", Json::array()}};
    for (std::size_t i = first; i < last; ++i) some["points"].push_back(std::move(points[i]));
    const bool part_valid = validate_document(points_schema_, some, "").ok();
    if (!part_valid) valid = false;
    for (std::size_t i = first; i < last; ++i) {
      points[i] = std::move(some["points"][i - first]);
      if (part_valid) trim(points[i]);
    }
  };
  const std::size_t parts = (points.size() - begin + kPointsOfThread - 1) / kPointsOfThread;
  for_each_index(parts, threads_, take_part, [&] { return !valid; });
  valid_ = valid;
}

bool ReportPoints::finish(Json& document) {
  const auto points = document.find("points");
  if (points == document.end() || !points->is_array()) return false;
  take(*points);
  if (!valid_) return false;
  Json all = std::exchange(*points, Json::array());
  const bool shell_valid = validate_document(schema_, document, "").ok();
  *points = std::move(all);
  return shell_valid;
}

}  // namespace daris
