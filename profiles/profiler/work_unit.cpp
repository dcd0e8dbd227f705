#include "profiles/profiler/work_unit.h"

#include <fmt/format.h>

#include "base/json/json.h"

namespace daris {
namespace {

std::string model_text(const std::string& model, Precision precision, std::uint32_t batch) {
  return fmt::format("{} {} b{}", model, to_text(precision), batch);
}

std::string shape_text(const WorkUnit& unit) {
  const std::uint32_t rest = unit.oversubscription_milli % 1000;
  return fmt::format("{} {}x{} OS {}{}", to_text(unit.backend), unit.contexts, unit.streams,
                     unit.oversubscription_milli / 1000, rest == 0 ? "" : fmt::format(".{:03}", rest));
}

// Enumerators are written as their numbers: the line never leaves this machine, nor this version of the
// program.
template <typename Enum>
Enum decode_enum(const Json& value, Enum last) {
  const auto number = value.get<std::uint32_t>();
  if (number > static_cast<std::uint32_t>(last))
    throw Json::other_error::create(501, "no such enumerator", &value);
  return static_cast<Enum>(number);
}

}  // namespace

std::string_view to_text(Measurement measurement) {
  switch (measurement) {
    case Measurement::kTimes: return "times";
    case Measurement::kKernels: return "kernels";
    case Measurement::kTraffic: return "traffic";
    case Measurement::kCold: return "cold";
    case Measurement::kNeighbours: return "neighbours";
    case Measurement::kLaunch: return "launch";
    case Measurement::kSaturation: return "saturation";
  }
  return "";
}

std::string describe(const WorkUnit& unit) {
  std::string text(to_text(unit.measurement));
  if (unit.measurement == Measurement::kLaunch) return fmt::format("{} {}", text, to_text(unit.backend));
  text += " " + model_text(unit.model, unit.precision, unit.batch);
  switch (unit.measurement) {
    case Measurement::kTimes:
      text += fmt::format(" {} ", to_text(unit.backend));
      text += unit.backend == Backend::kMps ? fmt::format("{}%", unit.mps_percentage)
                                            : fmt::format("{} SMs", unit.sms);
      break;
    case Measurement::kNeighbours:
      text += fmt::format(" beside {} {}",
                          model_text(unit.neighbour_model, unit.neighbour_precision, unit.neighbour_batch),
                          shape_text(unit));
      break;
    case Measurement::kSaturation:
      text +=
          fmt::format(" {}{}{} {} SMs", shape_text(unit), unit.weights == Weights::kOwn ? " own weights" : "",
                      unit.staged ? "" : " whole", unit.sms);
      break;
    default: break;
  }
  return text;
}

std::string encode_unit(const WorkUnit& unit) {
  const Json json = {static_cast<std::uint32_t>(unit.measurement),
                     unit.model,
                     static_cast<std::uint32_t>(unit.precision),
                     unit.batch,
                     static_cast<std::uint32_t>(unit.backend),
                     unit.sms,
                     unit.mps_percentage,
                     unit.neighbour_model,
                     static_cast<std::uint32_t>(unit.neighbour_precision),
                     unit.neighbour_batch,
                     unit.contexts,
                     unit.streams,
                     unit.oversubscription_milli,
                     static_cast<std::uint32_t>(unit.weights),
                     unit.staged};
  return json.dump();
}

Result<WorkUnit> decode_unit(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    if (!json.is_array() || json.size() != 15)
      return Error{fmt::format("work unit \"{}\": want an array of 15 values", line)};
    WorkUnit unit;
    unit.measurement = decode_enum(json[0], Measurement::kSaturation);
    unit.model = json[1].get<std::string>();
    unit.precision = decode_enum(json[2], Precision::kFp16);
    unit.batch = json[3].get<std::uint32_t>();
    unit.backend = decode_enum(json[4], Backend::kCpu);
    unit.sms = json[5].get<std::uint32_t>();
    unit.mps_percentage = json[6].get<std::uint32_t>();
    unit.neighbour_model = json[7].get<std::string>();
    unit.neighbour_precision = decode_enum(json[8], Precision::kFp16);
    unit.neighbour_batch = json[9].get<std::uint32_t>();
    unit.contexts = json[10].get<std::uint32_t>();
    unit.streams = json[11].get<std::uint32_t>();
    unit.oversubscription_milli = json[12].get<std::uint32_t>();
    unit.weights = decode_enum(json[13], Weights::kOwn);
    unit.staged = json[14].get<bool>();
    return unit;
  } catch (const Json::exception& error) {
    return Error{fmt::format("work unit \"{}\": {}", line, error.what())};
  }
}

}  // namespace daris
