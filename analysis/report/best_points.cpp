#include "analysis/report/best_points.h"

#include <cstddef>
#include <map>
#include <string>

#include "analysis/report/flat_config.h"
#include "base/json/json.h"

namespace daris {
namespace {

// The settings that points must share to be compared.
std::string key_of(const Json& config) {
  std::string key;
  for (const char* const name : {"task_set", "load", "load_by", "priority_mix", "backend", "sms", "policy"}) {
    key += config.at(name).dump() + "|";
  }
  return key + config.value("deadline_ratio", Json()).dump() + config.value("inject", Json()).dump();
}

bool better(const Json& a, const Json& b) {
  for (const char* const more : {"on_time_jobs_per_s", "throughput_jobs_per_s"}) {
    const double of_a = a.at("results").at(more);
    const double of_b = b.at("results").at(more);
    if (of_a != of_b) return of_a > of_b;
  }
  return level0_miss_rate(a) < level0_miss_rate(b);
}

// What a table of the best points reads.
Json without_tasks(const Json& point) {
  const Json& results = point.at("results");
  Json kept = {
      {"id", point.at("id")}, {"config", point.at("config")}, {"batch_limits", point.at("batch_limits")}};
  for (const char* const key : {"throughput_jobs_per_s", "on_time_jobs_per_s", "levels"})
    kept["results"][key] = results.at(key);
  if (!point.contains("shape")) return kept;
  for (const auto& [key, value] : point.at("shape").items())
    if (key != "tried") kept["shape"][key] = value;
  return kept;
}

}  // namespace

double level0_miss_rate(const Json& point) {
  const Json* const level = find_level(point.at("results"), 0);
  return level != nullptr && level->at("deadline_miss_rate").is_number()
             ? level->at("deadline_miss_rate").get<double>()
             : 0;
}

std::vector<const Json*> best_points(const Json& points) {
  std::map<std::string, std::size_t> place;
  std::vector<const Json*> best;
  for (const Json& point : points) {
    const auto [known, added] = place.try_emplace(key_of(point.at("config")), best.size());
    if (added) {
      best.push_back(&point);
    } else if (better(point, *best[known->second])) {
      best[known->second] = &point;
    }
  }
  return best;
}

void BestPoints::add(const Json& point) {
  ++added_;
  const auto [known, is_new] = place_.try_emplace(key_of(point.at("config")), best_.size());
  if (is_new) {
    best_.push_back(without_tasks(point));
  } else if (better(point, best_[known->second])) {
    best_[known->second] = without_tasks(point);
  }
}

std::vector<const Json*> BestPoints::points() const {
  std::vector<const Json*> points;
  for (const Json& point : best_) points.push_back(&point);
  return points;
}

}  // namespace daris
