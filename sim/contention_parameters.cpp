#include "sim/contention_parameters.h"

#include <string_view>

#include "policy/check.h"
#include "workloads/files.h"
#include "workloads/json/json.h"
#include "workloads/json/reader.h"
#include "workloads/json/write.h"

namespace daris {
namespace {

constexpr std::string_view kSchema = "daris.contention-model";
constexpr std::int64_t kVersion = 1;

Parameter read_parameter(const JsonObject& parent, std::string_view key, const NumberRange& range) {
  const JsonObject object = parent.object(key, {"value", "source"});
  return {object.number("value", range), object.text("source")};
}

std::optional<BackendContention> read_backend(const JsonObject& backends, std::string_view key) {
  const std::optional<JsonObject> object = backends.optional_object(key, {"packing", "friction", "pressure"});
  if (!object) return std::nullopt;
  BackendContention contention;
  contention.packing = read_parameter(*object, "packing", {.min = 0, .max = 1, .above_min = true});
  contention.friction = read_parameter(*object, "friction", {.min = 0, .max = 100});
  contention.pressure = read_parameter(*object, "pressure", {.min = 0, .max = 100});
  return contention;
}

Json to_json(const Parameter& parameter) { return {{"value", parameter.value}, {"source", parameter.source}}; }

Json to_json(const std::optional<BackendContention>& contention) {
  if (!contention) return nullptr;
  return {{"packing", to_json(contention->packing)},
          {"friction", to_json(contention->friction)},
          {"pressure", to_json(contention->pressure)}};
}

}  // namespace

const std::optional<BackendContention>& ContentionParameters::of(Backend backend) const {
  DARIS_CHECK(backend != Backend::kCpu);
  if (backend == Backend::kGreen) return green;
  return backend == Backend::kMps ? mps : streams;
}

Result<ContentionParameters> read_contention(const std::filesystem::path& file) {
  const Result<std::string> text = read_text_file(file);
  if (!text.ok()) return text.error();
  return parse_contention(text.value(), file.string());
}

Result<ContentionParameters> parse_contention(const std::string& text, const std::string& origin) {
  Result<JsonDocument> document = JsonDocument::parse(text, origin);
  if (!document.ok()) return document.error();
  const JsonObject root =
      document.value().root(kSchema, kVersion, {"name", "gpu", "command", "dram_gb_per_s", "backends"});
  ContentionParameters parameters;
  parameters.name = root.text("name");
  parameters.gpu = root.text("gpu");
  parameters.command = root.text("command");
  parameters.dram_gb_per_s = read_parameter(root, "dram_gb_per_s", {.min = 0, .max = 1e6});
  const JsonObject backends = root.object("backends", {"green", "mps", "streams"});
  parameters.green = read_backend(backends, "green");
  parameters.mps = read_backend(backends, "mps");
  parameters.streams = read_backend(backends, "streams");
  if (!document.value().status().ok()) return document.value().status().error();
  return parameters;
}

std::string write_contention(const ContentionParameters& parameters) {
  const Json document = {{"schema", kSchema},
                         {"version", kVersion},
                         {"name", parameters.name},
                         {"gpu", parameters.gpu},
                         {"command", parameters.command},
                         {"dram_gb_per_s", to_json(parameters.dram_gb_per_s)},
                         {"backends",
                          {{"green", to_json(parameters.green)},
                           {"mps", to_json(parameters.mps)},
                           {"streams", to_json(parameters.streams)}}}};
  return write_json(document);
}

}  // namespace daris
