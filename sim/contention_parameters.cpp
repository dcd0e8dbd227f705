#include "sim/contention_parameters.h"

#include <array>
#include <string_view>

#include "base/check.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/reader.h"
#include "base/json/write.h"

namespace daris {
namespace {

constexpr std::string_view kSchema = "daris.contention-model";
constexpr std::int64_t kVersion = 1;

Parameter read_parameter(const JsonObject& parent, std::string_view key, const NumberRange& range) {
  const JsonObject object = parent.object(key, {"value", "source"});
  return {object.number("value", range), object.text("source")};
}

// A parameter that files of before it lack: there it does nothing.
Parameter read_newer_parameter(const JsonObject& parent, std::string_view key, const NumberRange& range,
                               double without) {
  if (parent.has(key)) return read_parameter(parent, key, range);
  return {without, "the file does not have it"};
}

// Reads a whole number, in the same form as the other parameters.
Parameter read_count(const JsonObject& parent, std::string_view key) {
  const JsonObject object = parent.object(key, {"value", "source"});
  return {static_cast<double>(object.integer("value", {.min = 1, .max = 1024})), object.text("source")};
}

constexpr std::array<NewerParameter, 9> kNewer{
    {{"spread", &BackendContention::spread, 1},
     {"crossing", &BackendContention::crossing, 10},
     {"priority", &BackendContention::priority, 100},
     {"launch_ns", &BackendContention::launch_ns, 1e6},
     {"kernel_launch_ns", &BackendContention::kernel_launch_ns, 1e6},
     {"input_ns", &BackendContention::input_ns, 1e6},
     {"host_event_ns", &BackendContention::host_event_ns, 1e6},
     {"host_launch_ns", &BackendContention::host_launch_ns, 1e6},
     {"host_kernel_ns", &BackendContention::host_kernel_ns, 1e6}}};

std::optional<BackendContention> read_backend(const JsonObject& backends, std::string_view key) {
  const std::optional<JsonObject> object = backends.optional_object(
      key, {"cache_gb_per_s", "handover_ns", "turns", "latency", "fill", "hardware_queues", "spread",
            "crossing", "priority", "launch_ns", "kernel_launch_ns", "input_ns", "host_event_ns",
            "host_launch_ns", "host_kernel_ns"});
  if (!object) return std::nullopt;
  BackendContention contention;
  contention.cache_gb_per_s =
      read_parameter(*object, "cache_gb_per_s", {.min = 0, .max = 1e6, .above_min = true});
  contention.handover_ns = read_parameter(*object, "handover_ns", {.min = 0, .max = 1e6});
  contention.turns = read_parameter(*object, "turns", {.min = 0, .max = 2});
  contention.latency = read_newer_parameter(*object, "latency", {.min = 0, .max = 10}, 0);
  contention.fill = read_newer_parameter(*object, "fill", {.min = 0, .max = 1}, 1);
  contention.hardware_queues = read_count(*object, "hardware_queues");
  for (const NewerParameter& one : kNewer)
    contention.*one.parameter = read_newer_parameter(*object, one.key, {.min = 0, .max = one.max}, 0);
  return contention;
}

Json to_json(const Parameter& parameter) {
  return {{"value", parameter.value}, {"source", parameter.source}};
}

Json to_json(const std::optional<BackendContention>& contention) {
  if (!contention) return nullptr;
  Json json = {{"cache_gb_per_s", to_json(contention->cache_gb_per_s)},
               {"handover_ns", to_json(contention->handover_ns)},
               {"turns", to_json(contention->turns)},
               {"latency", to_json(contention->latency)},
               {"fill", to_json(contention->fill)},
               {"hardware_queues", to_json(contention->hardware_queues)}};
  for (const NewerParameter& one : kNewer) {
    const Parameter& parameter = (*contention).*one.parameter;
    if (parameter.value != 0) json[one.key] = to_json(parameter);
  }
  return json;
}

}  // namespace

std::span<const NewerParameter> newer_parameters() { return kNewer; }

const std::optional<BackendContention>& ContentionParameters::of(Backend backend) const {
  DARIS_CHECK(backend != Backend::kCpu);
  if (backend == Backend::kGreen) return green;
  return backend == Backend::kMps ? mps : streams;
}

Result<ContentionParameters> read_contention(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_contention(text, file.string());
}

Result<ContentionParameters> parse_contention(const std::string& text, const std::string& origin) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  const JsonObject root = document.root(kSchema, kVersion, {"name", "gpu", "command", "backends"});
  ContentionParameters parameters;
  parameters.name = root.text("name");
  parameters.gpu = root.text("gpu");
  parameters.command = root.text("command");
  const JsonObject backends = root.object("backends", {"green", "mps", "streams"});
  parameters.green = read_backend(backends, "green");
  parameters.mps = read_backend(backends, "mps");
  parameters.streams = read_backend(backends, "streams");
  DARIS_TRY(document.status());
  return parameters;
}

std::string write_contention(const ContentionParameters& parameters) {
  const Json document = {{"schema", kSchema},
                         {"version", kVersion},
                         {"name", parameters.name},
                         {"gpu", parameters.gpu},
                         {"command", parameters.command},
                         {"backends",
                          {{"green", to_json(parameters.green)},
                           {"mps", to_json(parameters.mps)},
                           {"streams", to_json(parameters.streams)}}}};
  return write_json(document);
}

}  // namespace daris
