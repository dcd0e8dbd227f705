#include "experiment/log_header.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/json/json.h"
#include "base/version.h"
#include "experiment/run_options.h"
#include "policy/policy.h"
#include "policy/registry.h"
#include "profiles/context_list_json.h"

namespace daris {
namespace {

// The configuration as it ran: a log is of one shape, and a later run takes it over.
std::shared_ptr<const Json> config_in_shape(Json config, const TriedShape& tried) {
  config.erase("shape");
  config.erase("goal");
  for (const auto& [key, value] : tried.switches) config["switches"][key] = value;
  if (tried.list != nullptr) {
    config["partition"] = tried.list->name;
    return std::make_shared<const Json>(std::move(config));
  }
  const Shape& shape = tried.shape;
  config["contexts"] = shape.contexts;
  config["streams"] = shape.streams;
  config["oversubscription"] = shape.oversubscription_milli / 1000.0;
  return std::make_shared<const Json>(std::move(config));
}

}  // namespace

EventLogHeader make_log_header(const std::string& kind, const PointDescription& point,
                               const Workload& workload, const PolicySetup& setup, const Policy& policy) {
  EventLogHeader header;
  header.kind = kind;
  header.program = program_name();
  header.policy = point.config->at("policy").get<std::string>();
  header.config = point.shape ? config_in_shape(*point.config, point.shape->shape()) : point.config;
  if (point.shape && point.shape->shape().list != nullptr)
    header.partition = std::make_shared<const Json>(context_list_to_json(*point.shape->shape().list));
  header.granted_sms = point.granted_sms;
  const auto homes = policy.homes();
  header.placement.assign(homes.begin(), homes.end());
  for (const Task& task : workload.tasks) {
    const TaskGroup& group = workload.set.groups[task.group];
    header.task_names.push_back(task.name);
    header.task_models.push_back({group.model, std::string(to_text(group.precision))});
  }
  header.setup = setup;
  return header;
}

bool is_staged(const EventLogHeader& header) {
  const PolicyInfo* const policy = find_policy(header.policy);
  return header.setup.switches.staging && (policy == nullptr || !policy->whole_models);
}

Status take_over(RunConfig& config, std::string_view key, const EventLogHeader& header,
                 const std::string& name) {
  const auto found = header.config->find(key);
  if (found == header.config->end()) return {};
  const Status status = set_from_json(config, key, *found);
  return status.ok() ? status : status.error().in(fmt::format("{}:1: config.{}", name, key));
}

}  // namespace daris
