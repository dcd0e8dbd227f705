#include "experiment/schedule_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "analysis/logs/event_log_reader.h"
#include "analysis/logs/schedule_json.h"
#include "analysis/logs/schedule_reader.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "base/number_text.h"
#include "base/sha256.h"
#include "base/time.h"
#include "drive/recorded_schedule.h"
#include "experiment/log_header.h"
#include "policy/registry.h"

namespace daris {
namespace {

std::string hash_of(const RecordedSchedule& recorded) {
  std::string text = write_json_line(schedule_to_json(recorded.schedule));
  for (const RecordedStage& stage : recorded.stages) {
    text += stage.started ? fmt::format(" {}", stage.started->ns()) : " -";
    text += stage.execution ? fmt::format(" {}", stage.execution->ns()) : " -";
  }
  return sha256_hex(text);
}

std::string text_in(const EventLogHeader& header, std::string_view key) {
  const auto found = header.config->find(key);
  return found != header.config->end() && found->is_string() ? found->get<std::string>() : "";
}

std::string seconds(Duration duration) { return number_text(duration.seconds()) + " s"; }

std::string slots(std::uint32_t contexts, std::uint32_t streams) {
  return fmt::format("{} contexts of {} streams", contexts, streams);
}

}  // namespace

Result<ScheduleLog> read_schedule_log(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const EventLogReader reader, EventLogReader::open(file));
  const EventLogHeader& header = reader.header();
  DARIS_TRY_ASSIGN(ReleaseLog releases, read_release_log(file));
  DARIS_TRY_ASSIGN(RecordedSchedule recorded, read_schedule(file));
  RunConfig logged;
  logged.duration = recorded.end - Time();
  DARIS_TRY(take_over(logged, "duration_s", header, file.string()));
  ScheduleLog log;
  log.name = file.string();
  log.sha256 = hash_of(recorded);
  log.contexts = header.setup.contexts;
  log.streams = header.setup.streams;
  log.staged = is_staged(header);
  log.batches = !header.setup.batch_groups.empty();
  for (const BatchGroupSetup& group : header.setup.batch_groups)
    log.batch_limit = std::max(log.batch_limit, group.batch_limit);
  log.covered = std::min(logged.duration, recorded.end - Time());
  log.profile = text_in(header, "profile");
  log.contention_model = text_in(header, "model");
  log.releases = std::make_shared<const ReleaseLog>(std::move(releases));
  log.recorded = std::make_shared<const RecordedSchedule>(std::move(recorded));
  return log;
}

Status check_follows(const SettledConfig& config, const ScheduleLog& log) {
  if (config.contexts != log.contexts || config.streams != log.streams) {
    return Error{fmt::format(
        "{}: is a schedule of {}; {} are asked for; leave contexts and streams out to have the schedule's",
        log.name, slots(log.contexts, log.streams), slots(config.contexts, config.streams))};
  }
  if (config.switches.staging != log.staged) {
    return Error{fmt::format("{}: is a schedule of {}; leave switch \"staging\" out to have the same",
                             log.name, log.staged ? "stages" : "whole models")};
  }
  if (config.duration <= log.covered) return {};
  return Error{fmt::format("{}: covers {}; a duration of {} is asked for, and it must not be longer",
                           log.name, seconds(log.covered), seconds(config.duration))};
}

std::shared_ptr<const Schedule> schedule_of(const ScheduleLog* log) {
  if (log == nullptr) return nullptr;
  return {log->recorded, &log->recorded->schedule};
}

bool forms_batches(const SettledConfig& config, const ScheduleLog* log) {
  return log == nullptr ? find_policy(config.policy)->batches : log->batches;
}

std::optional<std::uint32_t> batch_limit_of(const SettledConfig& config, const ScheduleLog* log) {
  return log == nullptr ? config.batch_limit : log->batch_limit;
}

}  // namespace daris
