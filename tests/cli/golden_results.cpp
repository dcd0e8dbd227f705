#include "tests/cli/golden_results.h"

#include "base/json/json.h"

namespace daris {
namespace {

constexpr char kRaise[] = "raise kResultsVersion in point_id.h";
constexpr char kRecord[] =
    "record the golden results anew by DARIS_RECORD=1 build/release/tests/golden_results_test";

// Points that have the same id in both, but other results.
std::string changed_points(const GoldenResults& recorded, const GoldenResults& now) {
  std::string names;
  for (const auto& [name, point] : now.points) {
    const auto known = recorded.points.find(name);
    if (known == recorded.points.end() || known->second.id != point.id) continue;
    const bool changed =
        known->second.point_sha256 != point.point_sha256 || known->second.log_sha256 != point.log_sha256;
    if (changed) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

// Points of which other things are said.
std::string points_of_other_verdicts(const GoldenResults& recorded, const GoldenResults& now) {
  std::string names;
  for (const auto& [name, point] : now.points) {
    const auto known = recorded.points.find(name);
    if (known != recorded.points.end() && known->second.verdicts_sha256 != point.verdicts_sha256)
      names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

// Moves a member, if it is there.
void move_member(Json& from, const std::string& key, Json& to) {
  if (!from.contains(key)) return;
  to[key] = from[key];
  from.erase(key);
}

// Points of one side that are missing on the other one, or have another id there.
std::string other_points(const GoldenResults& recorded, const GoldenResults& now) {
  std::string names;
  const auto add = [&names](const std::string& name) { names += (names.empty() ? "" : ", ") + name; };
  for (const auto& [name, point] : now.points) {
    const auto known = recorded.points.find(name);
    if (known == recorded.points.end() || known->second.id != point.id) add(name);
  }
  for (const auto& [name, point] : recorded.points) {
    if (!now.points.contains(name)) add(name);
  }
  return names;
}

std::string both_versions(const GoldenResults& recorded, const GoldenResults& now) {
  return "kResultsVersion is " + std::to_string(now.version) + ", the golden results are of version " +
         std::to_string(recorded.version);
}

}  // namespace

Json take_verdicts(Json& point) {
  Json verdicts = Json::array();
  move_member(point, "warnings", verdicts.emplace_back(Json::object()));
  for (const char* const list : {"levels", "tasks"}) {
    for (Json& entry : point["results"][list]) {
      Json& verdict = verdicts.emplace_back(Json::object());
      for (const char* const key : {"slo_met", "slo_jobs_missing"}) move_member(entry, key, verdict);
      for (const char* const key : {"p50_95", "p95_95", "p99_95", "p999_95"})
        move_member(entry["response_time_ms"], key, verdict);
    }
  }
  return verdicts;
}

GoldenResults golden_from_json(const Json& document) {
  GoldenResults golden;
  golden.version = document.at("results_version").get<std::uint32_t>();
  for (const auto& [name, point] : document.at("points").items())
    golden.points[name] = {point.at("id"), point.at("point_sha256"), point.at("verdicts_sha256"),
                           point.at("log_sha256")};
  return golden;
}

Json golden_to_json(const GoldenResults& golden) {
  Json points = Json::object();
  for (const auto& [name, point] : golden.points)
    points[name] = {{"id", point.id},
                    {"point_sha256", point.point_sha256},
                    {"verdicts_sha256", point.verdicts_sha256},
                    {"log_sha256", point.log_sha256}};
  return {{"results_version", golden.version}, {"points", points}};
}

std::optional<std::string> golden_complaint(const GoldenResults& recorded, const GoldenResults& now) {
  if (now.version < recorded.version) return both_versions(recorded, now) + ": it never goes down";
  if (now.version > recorded.version) return both_versions(recorded, now) + ": " + kRecord;
  if (const std::string changed = changed_points(recorded, now); !changed.empty())
    return "results changed (" + changed + "): " + kRaise + " and " + kRecord;
  if (const std::string other = other_points(recorded, now); !other.empty())
    return "the configuration or the inputs of points changed, and so did their ids (" + other +
           "): if that is meant, " + kRecord;
  if (const std::string others = points_of_other_verdicts(recorded, now); !others.empty())
    return "warnings, objectives or intervals of points changed, and no figure (" + others +
           "): if that is meant, " + kRecord;
  return std::nullopt;
}

std::optional<std::string> recording_complaint(const GoldenResults& recorded, const GoldenResults& now) {
  if (now.version < recorded.version) return both_versions(recorded, now) + ": it never goes down";
  if (now.version > recorded.version) return std::nullopt;
  const std::string changed = changed_points(recorded, now);
  if (changed.empty()) return std::nullopt;
  return "not recorded: results changed (" + changed + "): " + kRaise + " first";
}

}  // namespace daris
