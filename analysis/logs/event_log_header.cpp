#include "analysis/logs/event_log_header.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/logs/event_log_fields.h"
#include "analysis/logs/schedule_json.h"
#include "base/json/json.h"
#include "base/json/reader.h"
#include "policy/registry.h"
#include "policy/setup.h"
#include "policy/switches.h"

namespace daris {
namespace {

constexpr std::int64_t kIdMax = UINT32_MAX;
constexpr IntegerRange kAnyDuration{1, kLogDurationNsMax};
constexpr IntegerRange kAtLeastOne{1, kIdMax};
constexpr IntegerRange kAnyId{0, kIdMax};

enum class Kind { kSimulated, kLive };
constexpr NameTable<Kind, 2> kKinds = {{{"simulated", Kind::kSimulated}, {"live", Kind::kLive}}};

Json durations_to_json(const std::vector<Duration>& durations) {
  Json array = Json::array();
  for (const Duration duration : durations) array.push_back(duration.ns());
  return array;
}

Json task_to_json(const TaskSetup& task, const std::string& name, const LoggedModel& runs) {
  Json object = {{"name", name}};
  if (!runs.model.empty()) object["model"] = runs.model;
  if (!runs.precision.empty()) object["precision"] = runs.precision;
  object["period_ns"] = task.period.ns();
  object["deadline_ns"] = task.relative_deadline.ns();
  object["level"] = task.level;
  object["inputs"] = task.inputs;
  object["batch_group"] = task.batch_group;
  object["stage_estimates_ns"] = durations_to_json(task.stage_estimates);
  return object;
}

Json batch_group_to_json(const BatchGroupSetup& group) {
  Json times = Json::array();
  for (const BatchTime& time : group.times) {
    Json& row = times.emplace_back(Json{{"inputs", time.inputs}, {"execution_ns", time.execution.ns()}});
    if (!time.stages.empty()) row["stages_ns"] = durations_to_json(time.stages);
  }
  return {{"batch_limit", group.batch_limit}, {"times", std::move(times)}};
}

Json setup_to_json(const EventLogHeader& header) {
  const PolicySetup& setup = header.setup;
  Json switches = Json::object();
  const PolicyInfo* const policy = find_policy(header.policy);
  for (const SwitchInfo& info : switch_table()) {
    const bool named = policy == nullptr ? info.always_named : is_named(info, *policy, setup.switches);
    if (named) switches[std::string(info.key)] = switch_value(setup.switches, info.key);
  }
  Json tasks = Json::array();
  for (std::size_t task = 0; task < setup.tasks.size(); ++task) {
    const LoggedModel runs = header.task_models.empty() ? LoggedModel() : header.task_models.at(task);
    tasks.push_back(task_to_json(setup.tasks[task], header.task_names.at(task), runs));
  }
  Json groups = Json::array();
  for (const BatchGroupSetup& group : setup.batch_groups) groups.push_back(batch_group_to_json(group));
  Json object = {{"contexts", setup.contexts},
                 {"streams", setup.streams},
                 {"switches", std::move(switches)},
                 {"tasks", std::move(tasks)},
                 {"batch_groups", std::move(groups)}};
  if (!setup.context_levels.empty()) object["context_levels"] = setup.context_levels;
  if (setup.schedule != nullptr) object["schedule"] = schedule_to_json(*setup.schedule);
  return object;
}

std::uint32_t to_u32(std::int64_t value) { return static_cast<std::uint32_t>(value); }

std::vector<Duration> parse_stages(const JsonObject& object, std::string_view key) {
  std::vector<Duration> stages;
  for (const std::int64_t ns : object.integers(key, {1, 4096}, kAnyDuration))
    stages.push_back(Duration::from_ns(ns));
  return stages;
}

TaskSetup parse_task(const JsonObject& object) {
  TaskSetup task;
  task.period = Duration::from_ns(object.integer("period_ns", kAnyDuration));
  task.relative_deadline = Duration::from_ns(object.integer("deadline_ns", kAnyDuration));
  task.level = to_u32(object.integer("level", kAnyId));
  task.inputs = to_u32(object.integer("inputs", kAtLeastOne));
  task.batch_group = to_u32(object.integer("batch_group", kAnyId));
  task.stage_estimates = parse_stages(object, "stage_estimates_ns");
  return task;
}

BatchGroupSetup parse_batch_group(const JsonObject& object) {
  BatchGroupSetup group;
  group.batch_limit = to_u32(object.integer("batch_limit", kAtLeastOne));
  for (const JsonObject& time : object.objects("times", {}, {"inputs", "execution_ns", "stages_ns"})) {
    BatchTime& row = group.times.emplace_back();
    row.inputs = to_u32(time.integer("inputs", kAtLeastOne));
    row.execution = Duration::from_ns(time.integer("execution_ns", kAnyDuration));
    if (time.has("stages_ns")) row.stages = parse_stages(time, "stages_ns");
  }
  return group;
}

// Switches that are not written have the policy's defaults.
void parse_switches(const JsonObject& object, const std::string& policy, PolicySwitches& switches) {
  if (const PolicyInfo* const known = find_policy(policy)) switches = default_switches(*known);
  const Json* written = object.find("switches");
  if (written == nullptr || !written->is_object()) {
    return object.fail("switches", "an object of switch names to texts is needed");
  }
  for (const auto& [key, value] : written->items()) {
    if (!value.is_string()) return object.fail("switches", "\"" + key + "\" must be a text");
    const Status status = set_switch(switches, key, value.get<std::string>());
    if (!status.ok()) return object.fail("switches", status.error().message);
  }
}

void parse_setup(const JsonObject& object, EventLogHeader& header) {
  PolicySetup& setup = header.setup;
  setup.contexts = to_u32(object.integer("contexts", {1, kSlotsMax}));
  setup.streams = to_u32(object.integer("streams", {1, kSlotsMax}));
  if (object.has("context_levels")) {
    for (const std::vector<std::int64_t>& levels :
         object.integer_rows("context_levels", {.min = 1, .max = kSlotsMax}, {}, kAnyId))
      setup.context_levels.emplace_back(levels.begin(), levels.end());
  }
  parse_switches(object, header.policy, setup.switches);
  const JsonKeys task_keys = {"name",  "model",  "precision",   "period_ns",         "deadline_ns",
                              "level", "inputs", "batch_group", "stage_estimates_ns"};
  for (const JsonObject& task : object.objects("tasks", {}, task_keys)) {
    header.task_names.push_back(task.text("name"));
    header.task_models.push_back(
        {task.has("model") ? task.text("model") : "", task.has("precision") ? task.text("precision") : ""});
    setup.tasks.push_back(parse_task(task));
  }
  for (const JsonObject& group : object.objects("batch_groups", {}, {"batch_limit", "times"})) {
    setup.batch_groups.push_back(parse_batch_group(group));
  }
  setup.schedule = parse_schedule(object);
}

void parse_placement(const JsonObject& root, EventLogHeader& header) {
  for (const std::int64_t context : root.integers("placement", {}, kAnyId)) {
    if (context >= header.setup.contexts)
      root.fail("placement", fmt::format("there is no context {}", context));
    header.placement.emplace_back(to_u32(context));
  }
  if (!header.placement.empty() && header.placement.size() != header.setup.tasks.size()) {
    root.fail("placement", "a context for each task is needed, or none");
  }
}

}  // namespace

std::string group_of_task(const std::string& task) {
  const std::size_t slash = task.rfind('/');
  const bool numbered = slash != std::string::npos && slash + 1 < task.size() &&
                        task.find_first_not_of("0123456789", slash + 1) == std::string::npos;
  return numbered ? task.substr(0, slash) : task;
}

Json header_to_json(const EventLogHeader& header) {
  Json placement = Json::array();
  for (const ContextId context : header.placement) placement.push_back(context.value());
  Json document = {{"schema", "daris.event-log"}, {"version", 1},
                   {"kind", header.kind},         {"program", header.program},
                   {"policy", header.policy},     {"replication", header.replication},
                   {"config", *header.config}};
  if (header.partition != nullptr) document["partition"] = *header.partition;
  document["granted_sms"] = header.granted_sms;
  document["placement"] = std::move(placement);
  document["setup"] = setup_to_json(header);
  return document;
}

Result<EventLogHeader> parse_header(std::string_view line, const std::string& origin) {
  Result<JsonDocument> parsed = JsonDocument::parse(line, origin, JsonOrigin::kLine);
  if (!parsed.ok())
    return parsed.error().with("; is it an event log? Its first line is a JSON object of its own");
  JsonDocument& document = parsed.value();
  const JsonObject root = document.root("daris.event-log", 1,
                                        {"kind", "program", "policy", "replication", "config", "partition",
                                         "granted_sms", "placement", "setup"});
  EventLogHeader header;
  header.kind = name_in(kKinds, root.choice("kind", kKinds));
  header.program = root.text("program");
  header.policy = root.text("policy");
  header.replication = to_u32(root.integer("replication", kAnyId));
  const Json* config = root.find("config");
  if (config == nullptr || !config->is_object()) {
    root.fail("config", "the resolved configuration, an object, is needed");
  } else {
    header.config = std::make_shared<const Json>(*config);
  }
  if (const Json* const partition = root.find("partition"))
    header.partition = std::make_shared<const Json>(*partition);
  for (const std::int64_t sms : root.integers("granted_sms", {}, kAtLeastOne))
    header.granted_sms.push_back(to_u32(sms));
  parse_setup(root.object("setup", {"contexts", "streams", "context_levels", "switches", "tasks",
                                    "batch_groups", "schedule"}),
              header);
  parse_placement(root, header);
  DARIS_TRY(document.status());
  return header;
}

}  // namespace daris
