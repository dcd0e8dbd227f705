#include "analysis/report/shape_choice.h"

#include <fmt/format.h>

#include "analysis/report/statistics.h"
#include "base/json/json.h"
#include "base/number_text.h"

namespace daris {
namespace {

double oversubscription_of(const Shape& shape) { return shape.oversubscription_milli / 1000.0; }

Json shape_to_json(const Shape& shape) {
  return {{"contexts", shape.contexts},
          {"streams", shape.streams},
          {"oversubscription", oversubscription_of(shape)}};
}

Json tried_to_json(const TriedShape& tried) {
  Json json = shape_to_json(tried.shape);
  json["simulated_s"] = tried.simulated.seconds();
  json["on_time_jobs_per_s"] = rounded(tried.on_time_jobs_per_s);
  json["on_time_load"] = rounded(tried.on_time_load);
  json["level0_lost"] = tried.level0_lost;
  json["miss_rate_max"] = rounded(tried.miss_rate_max);
  return json;
}

}  // namespace

std::string text_of(const Shape& shape) {
  return fmt::format("{} x {} OS {}", shape.contexts, shape.streams, number_text(oversubscription_of(shape)));
}

Json shape_choice_to_json(const ShapeChoice& choice) {
  Json json = shape_to_json(choice.shape());
  json["why"] = choice.why;
  json["profile"] = choice.profile;
  json["tried"] = Json::array();
  for (const TriedShape& tried : choice.tried) json["tried"].push_back(tried_to_json(tried));
  return json;
}

std::string chosen_shape_text(const Json& choice) {
  return fmt::format("{} x {} OS {} of {} shapes: {}", choice["contexts"].get<std::uint32_t>(),
                     choice["streams"].get<std::uint32_t>(),
                     number_text(choice["oversubscription"].get<double>()), choice["tried"].size(),
                     choice["why"].get<std::string>());
}

}  // namespace daris
