#include "experiment/validation/same_inputs.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/json/write.h"
#include "experiment/point_id.h"
#include "plugin/loader.h"

namespace daris {
namespace {

// The configuration as an id has it; nullopt if other contents count that are not known here.
std::optional<Json> nameless_config(const LivePoint& live) {
  Json config = live.point.at("config");
  const auto is_named = [&](const char* key) { return !config.value(key, Json()).is_null(); };
  for (const char* const key : {"releases", "schedule", "partition", "shape"}) {
    if (is_named(key)) return std::nullopt;
  }
  for (const char* const key : {"task_set", "profile", "model", "releases", "schedule"})
    config[key] = nullptr;
  config.erase("inject");
  if (const auto sha256 = live.point.find("policy_sha256"); sha256 != live.point.end())
    config["policy"] = "file " + sha256->get<std::string>();
  return config;
}

// The file of a policy of one's own, which was loaded.
Status check_same_policy(const LivePoint& live, const RunConfig& config) {
  const auto known = live.point.find("policy_sha256");
  if (known == live.point.end() || policy_file_sha256(config.policy) == known->get<std::string>()) return {};
  return Error{"policy \"" + config.policy + "\" has other bytes than in the live run; restore it"};
}

// The contents that an id counts before and after the workload; nullopt if the report does not know them.
struct OtherContents {
  std::vector<std::string> machine;
  std::vector<std::string> models;  // profile and contention model, if they were read
};
std::optional<OtherContents> other_contents(const LivePoint& live) {
  const Json& config = live.point.at("config");
  const bool on_cpu = config.value("backend", "") == "cpu";
  OtherContents contents{{"live"}, {}};
  for (const char* const key : {"gpu", "driver"}) {
    const Json known = live.provenance.value(key, Json());
    if (known.is_null() && !on_cpu) return std::nullopt;
    contents.machine.push_back(known.is_string() ? known.get<std::string>() : "");
  }
  if (config.value("profile", Json()).is_null()) return contents;
  for (const char* const key : {"profile_sha256", "contention_model_sha256"}) {
    const Json known = live.provenance.value(key, Json());
    if (known.is_null()) return std::nullopt;
    contents.models.push_back(known.get<std::string>());
  }
  return contents;
}

}  // namespace

Status check_same_inputs(const LivePoint& live, const RunConfig& config, Inputs& inputs) {
  DARIS_TRY(check_same_policy(live, config));
  if (!live.log.empty()) return {};
  const std::optional<Json> nameless = nameless_config(live);
  const std::optional<OtherContents> others = other_contents(live);
  if (!nameless || !others) return {};
  WorkloadInput workload;
  DARIS_TRY_ASSIGN(workload.task_set, inputs.task_set(config.task_set));
  DARIS_TRY_ASSIGN(workload.injection, inputs.injection(config.inject));
  std::vector<std::string> contents = others->machine;
  contents.push_back(workload.sha256());
  contents.insert(contents.end(), others->models.begin(), others->models.end());
  const std::string line = write_json_line(*nameless);
  for (std::uint32_t version = 1; version <= kResultsVersionMax; ++version) {
    if (live.point.at("id") == id_of(version, line, contents)) return {};
  }
  const std::string injection = config.inject.empty() ? "" : ", or injection \"" + config.inject + "\",";
  return Error{"task set \"" + config.task_set + "\", or a file that it names" + injection +
               " has other bytes than in the live run; restore it, or name its folder with --task-sets"};
}

}  // namespace daris
