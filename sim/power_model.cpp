#include "sim/power_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/json/json.h"
#include "base/json/reader.h"

namespace daris {
namespace {

constexpr std::string_view kSchema = "daris.power-model";
constexpr std::int64_t kVersion = 1;
constexpr NumberRange kAny{.min = 0, .max = 1e6};

}  // namespace

Result<double> power_w(const PowerModel& model, const GpuActivity& activity) {
  double power = model.static_w + model.busy_w * std::sqrt(activity.busy_slots);
  for (const GpuActivity::Inputs& inputs : activity.inputs) {
    if (inputs.per_s <= 0) continue;
    const auto network =
        std::find_if(model.networks.begin(), model.networks.end(), [&](const NetworkEnergy& one) {
          return one.model == inputs.model && one.precision == inputs.precision;
        });
    if (network == model.networks.end())
      return Error{fmt::format("power model \"{}\" has no energy of {} in {}", model.name, inputs.model,
                               inputs.precision)};
    power += inputs.per_s * (network->input_j + network->launch_j / activity.inputs_per_launch);
  }
  return std::min(power, model.limit_w);
}

Result<PowerModel> parse_power_model(const std::string& text, const std::string& origin) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  const JsonObject root = document.root(
      kSchema, kVersion, {"name", "gpu", "command", "limit_w", "static_w", "busy_w", "networks", "errors"});
  PowerModel model;
  model.name = root.text("name");
  model.gpu = root.text("gpu");
  model.command = root.text("command");
  model.limit_w = root.number("limit_w", kAny);
  model.static_w = root.number("static_w", kAny);
  model.busy_w = root.number("busy_w", kAny);
  for (const JsonObject& network :
       root.objects("networks", {}, {"model", "precision", "input_j", "launch_j"}))
    model.networks.push_back({network.text("model"), network.text("precision"),
                              network.number("input_j", kAny), network.number("launch_j", kAny)});
  DARIS_TRY(document.status());
  return model;
}

}  // namespace daris
