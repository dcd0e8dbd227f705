#include "experiment/config_json.h"

#include <fmt/format.h>

#include "analysis/report/report.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "experiment/run_options.h"
#include "policy/registry.h"
#include "policy/switches.h"

namespace daris {
namespace {

constexpr std::string_view kSchema = "daris.config";
constexpr int kVersion = 1;

Status apply_switches(RunConfig& config, const Json& switches, const std::string& place) {
  if (!switches.is_object()) return Error{place + ": " + switches.dump() + " is not an object of switches"};
  for (const auto& [key, value] : switches.items()) {
    const Status status = find_run_option(key) == nullptr ? set_from_json(config, key, value)
                                                          : Status(Error{"is not a switch of a policy"});
    if (!status.ok()) return status.error().in(place + "." + key);
  }
  return {};
}

Status check_header(const Json& document, const std::string& origin) {
  if (document.value("schema", Json()) != kSchema) {
    return Error{origin + ": schema: " + document.value("schema", Json()).dump() +
                 " is not \"daris.config\", \"daris.report\" (with --point ID), \"daris.capacity\" or "
                 "\"daris.recommendation\""};
  }
  if (document.value("version", Json()) == kVersion) return {};
  return Error{origin + ": version: " + document.value("version", Json()).dump() +
               " is not 1, the version that is known"};
}

Result<RunConfig> from_object(RunConfig config, const Json& object, const std::string& origin) {
  DARIS_TRY(apply_config_json(config, object, origin));
  return config;
}

Result<RunConfig> from_report(const RunConfig& defaults, const std::string& text, const std::string& origin,
                              const std::optional<std::string>& point) {
  DARIS_TRY_ASSIGN(const Json report, parse_report(text, origin));
  const Json& points = report["points"];
  if (!point && points.size() != 1) {
    return Error{
        fmt::format("{}: points: there are {}; say which one with --point ID", origin, points.size())};
  }
  if (!point) return from_object(defaults, points[0]["config"], origin + ": points[0].config");
  const Result<const Json*> found = find_point(report, *point);
  if (!found.ok()) return found.error().in(origin);
  return from_object(defaults, (*found.value())["config"], origin + ": point " + *point + ": config");
}

// What `daris capacity` or `daris recommend` found, with the configuration that runs it.
bool is_plan(const Json& document) {
  const Json schema = document.value("schema", Json());
  return schema == "daris.capacity" || schema == "daris.recommendation";
}

Result<RunConfig> from_plan(const RunConfig& defaults, const Json& plan, const std::string& origin) {
  const Json schema = Json::parse(schema_text(plan["schema"].get<std::string>()));
  DARIS_TRY(validate_document(schema, plan, origin));
  if (plan["config"].is_null())
    return Error{origin + ": config: null, since no load held; there is nothing to run"};
  return from_object(defaults, plan["config"], origin + ": config");
}

}  // namespace

Json config_to_json(const RunConfig& config) {
  Json object = Json::object();
  const RunConfig defaults;
  for (const RunOption& option : run_options()) {
    const bool unsaid = option.unsaid_by_default && option.get(config) == option.get(defaults);
    if (!unsaid) object[std::string(option.key)] = option.get(config);
  }
  if (config.automatic_shape || !config.partition.empty()) {
    for (const std::string_view key : kShapeKeys) object.erase(key);
  }
  Json switches = Json::object();
  // A policy of a file that is not loaded is not known. Messages about it have no more to name.
  const PolicyInfo* const policy = find_policy(config.policy);
  for (const SwitchInfo& info : switch_table()) {
    const bool named = policy == nullptr ? info.always_named : is_named(info, *policy, config.switches);
    if (named) switches[std::string(info.key)] = switch_value(config.switches, info.key);
  }
  object["switches"] = switches;
  return object;
}

Json config_to_json(const SettledConfig& config) { return config_to_json(as_written(config)); }

Status apply_config_json(RunConfig& config, const Json& object, const std::string& origin) {
  for (const auto& [key, value] : object.items()) {
    if (key == "schema" || key == "version") continue;
    if (key == "switches") {
      DARIS_TRY(apply_switches(config, value, origin + ": switches"));
      continue;
    }
    const Status status = set_from_json(config, key, value);
    if (!status.ok()) return status.error().in(origin + ": " + key);
  }
  return {};
}

Result<RunConfig> parse_config(const RunConfig& defaults, const std::string& text, const std::string& origin,
                               const std::optional<std::string>& point) {
  DARIS_TRY_ASSIGN(const Json document, parse_json(text, origin));
  if (!document.is_object()) return Error{origin + ": is not a JSON object"};
  if (document.value("schema", Json()) == "daris.report") return from_report(defaults, text, origin, point);
  if (point) return Error{origin + ": --point goes with a report; this has one configuration"};
  if (is_plan(document)) return from_plan(defaults, document, origin);
  DARIS_TRY(check_header(document, origin));
  return from_object(defaults, document, origin);
}

Result<RunConfig> read_config(const RunConfig& defaults, const std::filesystem::path& file,
                              const std::optional<std::string>& point) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_config(defaults, text, file.string(), point);
}

}  // namespace daris
