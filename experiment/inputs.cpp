#include "experiment/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/logs/event_log_reader.h"
#include "base/host/data_directory.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "base/sha256.h"
#include "drive/injection_json.h"
#include "experiment/scaled_workload.h"
#include "experiment/shape_search.h"
#include "profiles/context_list_json.h"
#include "profiles/profile_json.h"
#include "workloads/packaged_model.h"
#include "workloads/task_set_json.h"

namespace daris {
namespace {

constexpr std::string_view kProfileFolder = "profiles/data";
constexpr std::string_view kTaskSetFolder = "workloads/task_sets";
constexpr std::string_view kContentionFolder = "sim/data/contention";
constexpr std::string_view kPowerFolder = "sim/data/power";

struct FileText {
  std::filesystem::path file;
  std::string text;
};

Result<FileText> read_named(std::string_view folder, std::string_view kind, const std::string& name) {
  DARIS_TRY_ASSIGN(std::filesystem::path file, find_data(folder, kind, name));
  DARIS_TRY_ASSIGN(std::string text, read_text_file(file));
  return FileText{std::move(file), std::move(text)};
}

// Covers traces and packages too: sets with equal text and different ones of these are different.
std::string hash_of(const std::string& text, const TaskSet& set) {
  std::string hashed = sha256_hex(text);
  for (const TaskGroup& group : set.groups) {
    const Result<const ModelInfo*> model = find_model(group.model);
    if (model.ok() && model.value()->packages != nullptr)
      hashed += "\npackages of " + group.name + " " + model.value()->packages->manifest;
    if (group.arrival.kind != ArrivalKind::kTrace) continue;
    hashed += "\ntrace of " + group.name;
    for (const Time time : group.arrival.trace) hashed += fmt::format(" {}", time.ns());
  }
  return sha256_hex(hashed);
}

template <typename Contents>
std::shared_ptr<const Input<Contents>> share(const std::string& name, std::string sha256, Contents contents) {
  return std::make_shared<const Input<Contents>>(
      Input<Contents>{name, std::move(sha256), std::move(contents)});
}

Result<std::string> first_profile() {
  DARIS_TRY_ASSIGN(const std::vector<std::string> names, list_data(kProfileFolder));
  if (names.empty()) return Error{"profile: none is bundled; name a file with --profile"};
  return names.front();
}

// A log may hold the partition that was chosen for its run.
Result<std::string> partition_text(const std::string& name) {
  DARIS_TRY_ASSIGN(const bool is_log, is_event_log(name));
  if (!is_log) return read_text_file(name);
  DARIS_TRY_ASSIGN(const EventLogReader reader, EventLogReader::open(name));
  if (reader.header().partition != nullptr) return write_json(*reader.header().partition);
  return Error{name +
               ": partition: is the log of a run for which none was chosen; name the file that lists it"};
}

// The bundled model that was fitted on the GPU. If none was, the first one, and the report says so.
Result<std::string> contention_for(const std::string& gpu) {
  DARIS_TRY_ASSIGN(const std::vector<std::string> names, list_data(kContentionFolder));
  if (names.empty()) return Error{"contention model: none is bundled; name a file with --model"};
  for (const std::string& name : names) {
    DARIS_TRY_ASSIGN(const std::filesystem::path file,
                     find_data(kContentionFolder, "contention model", name));
    DARIS_TRY_ASSIGN(const ContentionParameters parameters, read_contention(file));
    if (parameters.gpu == gpu) return name;
  }
  return names.front();
}

// A log, or a priority mix of 0 or 1, may leave out all groups of level 0 or all below it.
Result<std::vector<std::uint32_t>> levels_in_run(const SettledConfig& config, const WorkloadInput& input) {
  DARIS_TRY_ASSIGN(const TaskSet set, task_set_of(input));
  std::vector<std::uint32_t> levels = levels_of(set);
  if (input.releases != nullptr) return levels;
  std::erase_if(levels,
                [&](std::uint32_t level) { return config.scaling.priority_mix == (level == 0 ? 0.0 : 1.0); });
  return levels;
}

// Shared with the input, so that equal files are equal lists.
void take_contexts(const std::shared_ptr<const PartitionInput>& partition, SettledConfig& config) {
  config.list = std::shared_ptr<const ContextList>(partition, &partition->contents);
  config.contexts = config.list->contexts();
  config.streams = 1;
}

// The shape that `--shape auto` takes is not known yet. It is one that has all contexts that are disturbed.
Status check_disturbances(const Injection& injection, const SettledConfig& config, const TaskSet& set) {
  if (!config.automatic_shape) return check_injection(injection, config.contexts, set);
  std::uint32_t contexts = 0;
  for (const SettledConfig& shaped : shape_candidates(config)) contexts = std::max(contexts, shaped.contexts);
  const Status status = check_injection(injection, contexts, set);
  return status.ok() ? status : status.error().with(" (shape \"auto\" tries no shape with more)");
}

}  // namespace

Result<std::shared_ptr<const ProfileInput>> Inputs::profile(const std::string& name) {
  if (name.empty() && !first_profile_) {
    DARIS_TRY_ASSIGN(first_profile_, first_profile());
  }
  const std::string& chosen = name.empty() ? *first_profile_ : name;
  std::shared_ptr<const ProfileInput>& known = profiles_[chosen];
  if (known != nullptr) return known;
  DARIS_TRY_ASSIGN(const FileText read, read_named(kProfileFolder, "profile", chosen));
  DARIS_TRY_ASSIGN(Profile profile, parse_profile(read.text, read.file.string()));
  known = share(chosen, sha256_hex(read.text), std::move(profile));
  return known;
}

Result<std::shared_ptr<const ProfileInput>> Inputs::bundled_profile(
    const std::function<bool(const Profile&)>& is) {
  DARIS_TRY_ASSIGN(const std::vector<std::string> names, list_data(kProfileFolder));
  for (const std::string& name : names) {
    DARIS_TRY_ASSIGN(std::shared_ptr<const ProfileInput> bundled, profile(name));
    if (is(bundled->contents)) return bundled;
  }
  return std::shared_ptr<const ProfileInput>();
}

Result<std::shared_ptr<const TaskSetInput>> Inputs::task_set(const std::string& name) {
  std::shared_ptr<const TaskSetInput>& known = task_sets_[name];
  if (known != nullptr) return known;
  DARIS_TRY_ASSIGN(const FileText read, read_named(kTaskSetFolder, "task set", name));
  DARIS_TRY_ASSIGN(TaskSet set, parse_task_set(read.text, read.file.string(), folder_of_set(read.file)));
  std::string hash = hash_of(read.text, set);
  known = share(name, std::move(hash), std::move(set));
  return known;
}

Result<std::shared_ptr<const ContentionInput>> Inputs::contention(const std::string& name,
                                                                  const std::string& gpu) {
  if (name.empty() && !contention_of_gpu_.contains(gpu)) {
    DARIS_TRY_ASSIGN(contention_of_gpu_[gpu], contention_for(gpu));
  }
  const std::string& chosen = name.empty() ? contention_of_gpu_.at(gpu) : name;
  std::shared_ptr<const ContentionInput>& known = contentions_[chosen];
  if (known != nullptr) return known;
  DARIS_TRY_ASSIGN(const FileText read, read_named(kContentionFolder, "contention model", chosen));
  DARIS_TRY_ASSIGN(ContentionParameters parameters, parse_contention(read.text, read.file.string()));
  known = share(chosen, sha256_hex(read.text), std::move(parameters));
  return known;
}

Result<std::shared_ptr<const PowerInput>> Inputs::power(const std::string& name) {
  if (name.empty()) return std::shared_ptr<const PowerInput>();
  std::shared_ptr<const PowerInput>& known = powers_[name];
  if (known != nullptr) return known;
  DARIS_TRY_ASSIGN(const FileText read, read_named(kPowerFolder, "power model", name));
  DARIS_TRY_ASSIGN(PowerModel model, parse_power_model(read.text, read.file.string()));
  known = share(name, sha256_hex(read.text), std::move(model));
  return known;
}

Result<std::string> Inputs::power_of_gpu(const std::string& gpu) {
  DARIS_TRY_ASSIGN(const std::vector<std::string> names, list_data(kPowerFolder));
  for (const std::string& name : names) {
    DARIS_TRY_ASSIGN(const std::shared_ptr<const PowerInput> model, power(name));
    if (model->contents.gpu == gpu) return name;
  }
  return std::string();
}

Result<WorkloadInput> Inputs::workload(SettledConfig& config) {
  WorkloadInput input;
  DARIS_TRY_ASSIGN(input.partition, partition(config.partition));
  if (input.partition != nullptr) take_contexts(input.partition, config);
  if (config.schedule.empty()) {
    DARIS_TRY_ASSIGN(input.releases, releases(config.releases));
  } else {
    DARIS_TRY_ASSIGN(input.schedule, schedule(config.schedule));
    DARIS_TRY(check_follows(config, *input.schedule));
    input.releases = input.schedule->releases;
  }
  if (config.task_set.empty()) config.task_set = input.releases->task_set;
  DARIS_TRY_ASSIGN(input.task_set, task_set(config.task_set));
  if (config.list != nullptr) {
    DARIS_TRY_ASSIGN(const std::vector<std::uint32_t> levels, levels_in_run(config, input));
    DARIS_TRY(check_levels(*config.list, levels));
  }
  DARIS_TRY_ASSIGN(input.injection, injection(config.inject));
  if (input.injection != nullptr) {
    DARIS_TRY(check_disturbances(input.injection->contents, config, input.task_set->contents));
  }
  return input;
}

std::shared_ptr<const InjectionInput> WorkloadInput::disturbances_before(Time end) const {
  return injection == nullptr ? nullptr
                              : share(injection->name, injection->sha256, before(injection->contents, end));
}

std::string WorkloadInput::sha256() const {
  std::string hashes = task_set->sha256;
  if (releases != nullptr) hashes += " " + releases->sha256;
  if (schedule != nullptr) hashes += " " + schedule->sha256;
  if (injection != nullptr) hashes += " injection " + injection->sha256;
  if (partition != nullptr) hashes += " partition " + partition->sha256;
  return sha256_hex(hashes);
}

Result<std::shared_ptr<const ScheduleLog>> Inputs::schedule(const std::string& name) {
  std::shared_ptr<const ScheduleLog>& known = schedules_[name];
  if (known != nullptr) return known;
  DARIS_TRY_ASSIGN(ScheduleLog log, read_schedule_log(name));
  known = std::make_shared<const ScheduleLog>(std::move(log));
  return known;
}

Result<std::shared_ptr<const InjectionInput>> Inputs::injection(const std::string& name) {
  if (name.empty()) return std::shared_ptr<const InjectionInput>();
  std::shared_ptr<const InjectionInput>& known = injections_[name];
  if (known != nullptr) return known;
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(name));
  DARIS_TRY_ASSIGN(Injection injection, parse_injection(text, name));
  known = share(name, sha256_hex(text), std::move(injection));
  return known;
}

Result<std::shared_ptr<const PartitionInput>> Inputs::partition(const std::string& name) {
  if (name.empty()) return std::shared_ptr<const PartitionInput>();
  std::shared_ptr<const PartitionInput>& known = partitions_[name];
  if (known != nullptr) return known;
  DARIS_TRY_ASSIGN(const std::string text, partition_text(name));
  DARIS_TRY_ASSIGN(ContextList list, parse_context_list(text, name));
  known = share(name, sha256_hex(text), std::move(list));
  return known;
}

Result<std::shared_ptr<const ReleaseLog>> Inputs::releases(const std::string& name) {
  if (name.empty()) return std::shared_ptr<const ReleaseLog>();
  std::shared_ptr<const ReleaseLog>& known = logs_[name];
  if (known != nullptr) return known;
  DARIS_TRY_ASSIGN(ReleaseLog log, read_release_log(name));
  known = std::make_shared<const ReleaseLog>(std::move(log));
  return known;
}

}  // namespace daris
