#include "analysis/report/shape_choice.h"

#include <fmt/format.h>

#include <filesystem>

#include "analysis/report/statistics.h"
#include "base/duration_ms.h"
#include "base/json/json.h"
#include "base/number_text.h"
#include "profiles/context_list_json.h"

namespace daris {
namespace {

double oversubscription_of(const Shape& shape) { return shape.oversubscription_milli / 1000.0; }

Json shape_to_json(const Shape& shape) {
  return {{"contexts", shape.contexts},
          {"streams", shape.streams},
          {"oversubscription", oversubscription_of(shape)}};
}

Json shape_to_json(const TriedShape& tried) {
  Json json = shape_to_json(tried.shape);
  for (const auto& [key, value] : tried.switches) json["switches"][key] = value;
  if (tried.list == nullptr) return json;
  json.erase("oversubscription");
  json["name"] = tried.list->name;
  return json;
}

Json tried_to_json(const TriedShape& tried, bool for_latency) {
  Json json = shape_to_json(tried);
  json["simulated_s"] = tried.simulated.seconds();
  json["on_time_jobs_per_s"] = rounded(tried.on_time_jobs_per_s);
  json["on_time_load"] = rounded(tried.on_time_load);
  json["level0_lost"] = tried.level0_lost;
  json["miss_rate_max"] = rounded(tried.miss_rate_max);
  if (!for_latency) return json;
  json["level0_p99_ms"] = tried.level0_p99 ? Json(rounded(ms_of(*tried.level0_p99))) : Json(nullptr);
  return json;
}

// The shape of equal contexts of a `config`, or one that was chosen.
std::string equal_shape_text(const Json& shape) {
  const auto text = [&](const char* key) {
    const Json value = shape.value(key, Json());
    return value.is_number() ? number_text(value.get<double>()) : "?";
  };
  return fmt::format("{} x {} OS {}", text("contexts"), text("streams"), text("oversubscription"));
}

std::string taken_text(const Json& choice) {
  std::string text =
      choice.contains("name") ? choice.at("name").get<std::string>() : equal_shape_text(choice);
  if (!choice.contains("switches")) return text;
  for (const auto& [key, value] : choice.at("switches").items())
    text += fmt::format(", {}={}", key, value.get<std::string>());
  return text;
}

}  // namespace

std::string text_of(const Shape& shape) {
  return fmt::format("{} x {} OS {}", shape.contexts, shape.streams, number_text(oversubscription_of(shape)));
}

std::string point_shape_text(const Json& point) {
  if (point.contains("shape")) return taken_text(point.at("shape"));
  const Json& config = point.at("config");
  const Json partition = config.value("partition", Json());
  if (partition.is_string()) return std::filesystem::path(partition.get<std::string>()).stem().string();
  return equal_shape_text(config);
}

std::string text_of(const TriedShape& tried) {
  std::string text = tried.list != nullptr ? tried.list->name : text_of(tried.shape);
  for (const auto& [key, value] : tried.switches) text += fmt::format(", {}={}", key, value);
  return text;
}

Json shape_choice_to_json(const ShapeChoice& choice) {
  Json json = shape_to_json(choice.shape());
  if (choice.for_latency) json["goal"] = "latency";
  if (choice.shape().list != nullptr) json["partition"] = context_list_to_json(*choice.shape().list);
  json["why"] = choice.why;
  json["profile"] = choice.profile;
  json["tried"] = Json::array();
  for (const TriedShape& tried : choice.tried)
    json["tried"].push_back(tried_to_json(tried, choice.for_latency));
  return json;
}

std::string chosen_shape_text(const Json& choice) {
  return fmt::format("{} of {} shapes: {}", taken_text(choice), choice.at("tried").size(),
                     choice.at("why").get<std::string>());
}

}  // namespace daris
