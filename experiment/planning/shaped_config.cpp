#include "experiment/planning/shaped_config.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "analysis/report/shape_choice.h"
#include "base/json/json.h"
#include "profiles/backend_names.h"

namespace daris {

RunConfig with_shape(RunConfig config, const Shape& shape) {
  config.automatic_shape = false;
  config.oversubscribed_by_contexts = false;
  config.backend = shape.backend;
  config.contexts = shape.contexts;
  config.streams = shape.streams;
  config.oversubscription_milli = shape.oversubscription_milli;
  return config;
}

std::optional<Shape> shape_of_point(const Json& point) {
  const Json& config = point.at("config");
  if (config.contains("partition")) return std::nullopt;
  const Json& shaped = point.contains("shape") ? point.at("shape") : config;
  if (shaped.contains("partition") || shaped.value("goal", "") == "latency") return std::nullopt;
  Shape shape;
  for (const auto& row : kBackendNames)
    if (config.at("backend") == row.name) shape.backend = row.value;
  shape.contexts = shaped.at("contexts").get<std::uint32_t>();
  shape.streams = shaped.at("streams").get<std::uint32_t>();
  shape.oversubscription_milli =
      static_cast<std::uint32_t>(std::lround(shaped.at("oversubscription").get<double>() * 1000));
  if (const Json& sms = config.at("sms"); !sms.is_null()) shape.sms = sms.get<std::uint32_t>();
  return shape;
}

std::string shape_text(const std::optional<Shape>& shape) {
  return shape ? fmt::format("{} {}", to_text(shape->backend), text_of(*shape)) : "listed";
}

}  // namespace daris
