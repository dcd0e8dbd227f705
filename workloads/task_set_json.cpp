#include "workloads/task_set_json.h"

#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/duration_ms.h"
#include "base/host/data_directory.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/reader.h"
#include "base/json/write.h"
#include "workloads/arrivals/trace_csv.h"
#include "workloads/model_catalog.h"
#include "workloads/packaged_model.h"
#include "workloads/task_set_limits.h"
#include "workloads/task_set_names.h"

namespace daris {
namespace {

constexpr std::string_view kSchema = "daris.task-set";
constexpr std::string_view kFolder = "workloads/task_sets";

const JsonKeys kRootKeys = {"name", "tasks"};
const JsonKeys kTaskKeys = {"name",      "count",   "model",   "batch",     "precision",
                            "priority",  "weights", "rate_hz", "period_ms", "deadline_ms",
                            "offset_ms", "arrival", "slo"};
const JsonKeys kArrivalKeys = {"kind", "jitter_ms", "cv", "file"};
const JsonKeys kSloKeys = {"miss_rate_max", "loss_rate_max", "response_p90_ms_max", "response_p99_ms_max",
                           "consecutive_misses_max"};

constexpr IntegerRange kCount = {1, kTasksMax};
constexpr IntegerRange kBatch = {1, 1024};
constexpr IntegerRange kPriority = {0, 1000};
constexpr IntegerRange kConsecutive = {0, 1'000'000};
constexpr NumberRange kRateHz = {kRateHzMin, kRateHzMax};
constexpr NumberRange kPeriodMs = {kPeriodMsMin, kPeriodMsMax};
constexpr NumberRange kOffsetMs = {0, kPeriodMsMax};
constexpr NumberRange kJitterMs = {0, 2 * kPeriodMsMax};
constexpr NumberRange kVariation = {0.01, 10};
constexpr NumberRange kShare = {0, 1};
constexpr NumberRange kResponseMs = {0, 1e9, true};
constexpr double kMsPerSecond = 1000;

class TaskSetReader {
 public:
  TaskSetReader(JsonDocument& document, std::filesystem::path folder)
      : document_(document), folder_(std::move(folder)) {}

  Result<TaskSet> read() {
    const JsonObject root = document_.root(kSchema, 1, kRootKeys);
    TaskSet set;
    set.name = root.text("name");
    for (const JsonObject& object : root.objects("tasks", {1, kTasksMax}, kTaskKeys)) {
      set.groups.push_back(read_group(object));
      check_against_others(object, set.groups.back());
    }
    DARIS_TRY(document_.status());
    // The files that it names are read last, when all else is right.
    for (TaskGroup& group : set.groups) {
      if (group.arrival.kind != ArrivalKind::kTrace) continue;
      DARIS_TRY_ASSIGN(group.arrival.trace, read_trace(group.arrival.trace_file));
    }
    return set;
  }

 private:
  TaskGroup read_group(const JsonObject& object) const {
    TaskGroup group;
    group.name = object.text("name");
    group.count = static_cast<std::uint32_t>(object.integer_or("count", kCount, 1));
    group.model = model_name(object.text("model"));
    group.batch = static_cast<std::uint32_t>(object.integer_or("batch", kBatch, 1));
    group.precision = object.choice_or("precision", kPrecisionNames, Precision::kTf32);
    check_model(object, group);
    group.priority = static_cast<std::uint32_t>(object.integer("priority", kPriority));
    group.weights = object.choice_or("weights", kWeightsNames, Weights::kShared);
    group.period = read_period(object);
    group.deadline = group.period;
    if (const auto deadline_ms = object.optional_number("deadline_ms", kPeriodMs))
      group.deadline = to_duration(*deadline_ms, kPeriodMs);
    if (const auto offset_ms = object.optional_number("offset_ms", kOffsetMs))
      group.offset = to_duration(*offset_ms, kOffsetMs);
    if (const auto arrival = object.optional_object("arrival", kArrivalKeys))
      group.arrival = read_arrival(*arrival, group.period);
    if (const auto slo = object.optional_object("slo", kSloKeys)) group.slo = read_slo(*slo);
    return group;
  }

  // A folder of packages is looked for beside the set's file, and then under the name as it is.
  [[nodiscard]] std::string model_name(const std::string& text) const {
    if (!names_packaged_model(text)) return text;
    const std::filesystem::path beside = (folder_ / text).lexically_normal();
    std::error_code failed;
    if (!std::filesystem::exists(beside, failed)) return text;
    // Without a "/" it would be the name of a bundled model.
    return names_packaged_model(beside.string()) ? beside.string() : "./" + beside.string();
  }

  static void check_model(const JsonObject& object, const TaskGroup& group) {
    if (group.model.empty()) return;
    const auto model = find_model(group.model);
    if (!model.ok()) return object.fail("model", model.error().message);
    const PackagedModel* const packages = model.value()->packages;
    if (packages == nullptr) return;
    if (const Status whole = check_packages(*packages); !whole.ok())
      return object.fail("model", whole.error().message);
    if (packages->precision != group.precision) {
      object.fail("precision",
                  fmt::format("\"{}\" is not what the packages of the model were compiled for, \"{}\"",
                              to_text(group.precision), to_text(packages->precision)));
    }
    if (packages->batch != group.batch) {
      object.fail("batch", fmt::format("{} is not what the packages of the model were compiled for, {}",
                                       group.batch, packages->batch));
    }
  }

  // A value out of range is an error already. It must only not break the conversion.
  static Duration to_duration(double ms, const NumberRange& range) {
    return range.contains(ms) ? duration_of_ms(ms) : Duration::from_ns(1);
  }

  static Duration read_period(const JsonObject& object) {
    const auto rate_hz = object.optional_number("rate_hz", kRateHz);
    const auto period_ms = object.optional_number("period_ms", kPeriodMs);
    if (rate_hz.has_value() == period_ms.has_value())
      object.fail({}, rate_hz ? "\"rate_hz\" and \"period_ms\" are both given; one of them is needed"
                              : "\"rate_hz\" or \"period_ms\" is missing; one of them is needed");
    if (period_ms) return to_duration(*period_ms, kPeriodMs);
    return rate_hz && kRateHz.contains(*rate_hz) ? duration_of_ms(kMsPerSecond / *rate_hz)
                                                 : Duration::from_ns(1);
  }

  Arrival read_arrival(const JsonObject& object, Duration period) const {
    Arrival arrival;
    arrival.kind = object.choice("kind", kArrivalKindNames);
    check_belongs(object, arrival.kind, "jitter_ms", ArrivalKind::kSporadic);
    check_belongs(object, arrival.kind, "cv", ArrivalKind::kGamma);
    check_belongs(object, arrival.kind, "file", ArrivalKind::kTrace);
    if (arrival.kind == ArrivalKind::kSporadic) arrival.jitter_ms = read_jitter(object, period);
    if (arrival.kind == ArrivalKind::kGamma)
      arrival.coefficient_of_variation = object.number("cv", kVariation);
    if (arrival.kind == ArrivalKind::kTrace)
      arrival.trace_file = (folder_ / object.text("file")).lexically_normal().string();
    return arrival;
  }

  static double read_jitter(const JsonObject& object, Duration period) {
    const double jitter_ms = object.number("jitter_ms", kJitterMs);
    if (kJitterMs.contains(jitter_ms) && duration_of_ms(jitter_ms).ns() >= 2 * period.ns())
      object.fail("jitter_ms", "leaves no time between releases; less than twice the period is needed");
    return jitter_ms;
  }

  static void check_belongs(const JsonObject& object, ArrivalKind kind, std::string_view key,
                            ArrivalKind owner) {
    if (kind == owner || !object.has(key)) return;
    object.fail(key, fmt::format("belongs to arrivals of kind \"{}\", and this is \"{}\"", to_text(owner),
                                 to_text(kind)));
  }

  static Slo read_slo(const JsonObject& object) {
    Slo slo;
    slo.miss_rate_max = object.optional_number("miss_rate_max", kShare);
    slo.loss_rate_max = object.optional_number("loss_rate_max", kShare);
    slo.response_p90_ms_max = object.optional_number("response_p90_ms_max", kResponseMs);
    slo.response_p99_ms_max = object.optional_number("response_p99_ms_max", kResponseMs);
    if (slo.response_p90_ms_max && slo.response_p99_ms_max)
      object.fail("response_p90_ms_max", "stands beside response_p99_ms_max; leave one of the two out");
    if (const auto misses = object.optional_integer("consecutive_misses_max", kConsecutive))
      slo.consecutive_misses_max = static_cast<std::uint32_t>(*misses);
    return slo;
  }

  // The copies of group "cam" are called "cam/1", "cam/2", ... in logs, so no group may have such a name.
  void check_name(const JsonObject& object, const std::string& name) {
    if (!names_.insert(name).second)
      object.fail("name",
                  fmt::format("\"{}\" stands twice; each task of a set needs a name of its own", name));
    if (const std::optional<std::string> original = name_of_original(name)) {
      if (names_.contains(*original))
        object.fail("name", fmt::format("\"{}\" may be a copy of \"{}\"; a name of its own is needed", name,
                                        *original));
      originals_.emplace(*original, name);
    }
    if (const auto copy = originals_.find(name); copy != originals_.end())
      object.fail("name",
                  fmt::format("\"{}\" may have a copy that is called \"{}\" as another task is; a name "
                              "of its own is needed",
                              name, copy->second));
  }

  // "cam" of "cam/2"; nullopt if the name does not end as a copy's does.
  static std::optional<std::string> name_of_original(const std::string& name) {
    const std::size_t slash = name.rfind('/');
    if (slash == std::string::npos || slash + 1 == name.size()) return std::nullopt;
    if (name.find_first_not_of("0123456789", slash + 1) != std::string::npos) return std::nullopt;
    return name.substr(0, slash);
  }

  void check_against_others(const JsonObject& object, const TaskGroup& group) {
    check_name(object, group.name);
    tasks_ += group.count;
    if (tasks_ > kTasksMax)
      object.fail("count",
                  fmt::format("brings the set to {} tasks; at most {} are possible", tasks_, kTasksMax));
  }

  JsonDocument& document_;
  std::filesystem::path folder_;
  std::set<std::string> names_;
  std::map<std::string, std::string> originals_;  // of names that end as a copy's do, with such a name
  std::uint64_t tasks_ = 0;
};

Json arrival_json(const Arrival& arrival) {
  Json json = {{"kind", to_text(arrival.kind)}};
  if (arrival.kind == ArrivalKind::kSporadic) json["jitter_ms"] = arrival.jitter_ms;
  if (arrival.kind == ArrivalKind::kGamma) json["cv"] = arrival.coefficient_of_variation;
  if (arrival.kind == ArrivalKind::kTrace) json["file"] = arrival.trace_file;
  return json;
}

template <typename Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

Json slo_json(const Slo& slo) {
  Json json = {{"miss_rate_max", value_or_null(slo.miss_rate_max)},
               {"loss_rate_max", value_or_null(slo.loss_rate_max)},
               {"response_p99_ms_max", value_or_null(slo.response_p99_ms_max)},
               {"consecutive_misses_max", value_or_null(slo.consecutive_misses_max)}};
  if (slo.response_p90_ms_max) json["response_p90_ms_max"] = *slo.response_p90_ms_max;
  return json;
}

Json group_json(const TaskGroup& group) {
  return {{"name", group.name},
          {"count", group.count},
          {"model", group.model},
          {"batch", group.batch},
          {"precision", to_text(group.precision)},
          {"priority", group.priority},
          {"weights", to_text(group.weights)},
          {"period_ms", ms_of(group.period)},
          {"deadline_ms", ms_of(group.deadline)},
          {"offset_ms", group.offset ? Json(ms_of(*group.offset)) : Json()},
          {"arrival", arrival_json(group.arrival)},
          {"slo", slo_json(group.slo)}};
}

}  // namespace

std::filesystem::path folder_of_set(const std::filesystem::path& file) {
  const std::string name = file.string();
  const bool is_descriptor =
      name == "/dev/stdin" || name.starts_with("/dev/fd/") || name.starts_with("/proc/");
  return is_descriptor ? std::filesystem::path() : file.parent_path();
}

Result<TaskSet> parse_task_set(const std::string& text, const std::string& origin,
                               const std::filesystem::path& folder) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  return TaskSetReader(document, folder).read();
}

Result<TaskSet> read_task_set(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_task_set(text, file.string(), folder_of_set(file));
}

Json task_set_json(const TaskSet& set) {
  Json tasks = Json::array();
  for (const TaskGroup& group : set.groups) tasks.push_back(group_json(group));
  return {{"schema", kSchema}, {"version", 1}, {"name", set.name}, {"tasks", std::move(tasks)}};
}

std::string write_task_set(const TaskSet& set) { return write_json(task_set_json(set)); }

Result<std::filesystem::path> find_task_set(const std::string& name_or_file) {
  return find_data(kFolder, "task set", name_or_file);
}

Result<std::vector<std::string>> task_set_names() { return list_data(kFolder); }

}  // namespace daris
