// The schedule of an event log, for `--schedule`: a run of either world repeated, or forced upon the other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "drive/recorded_schedule.h"
#include "experiment/release_log.h"
#include "experiment/settled_config.h"
#include "policy/schedule.h"

namespace daris {

struct ScheduleLog {
  std::string name;    // the file
  std::string sha256;  // of the schedule and its times, beside the hash of its releases
  std::shared_ptr<const ReleaseLog> releases;
  std::shared_ptr<const RecordedSchedule> recorded;
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  bool staged = true;             // models ran stage by stage
  bool batches = false;           // launches may hold several jobs
  std::uint32_t batch_limit = 1;  // where they do
  Duration covered;               // of the recorded run's duration, what it got to
  std::string profile;            // what the recorded run was simulated with; empty where it was live
  std::string contention_model;
};

// Errors: as interfaces.md, "Input that is wrong": no log, one that is cut off or not decided.
[[nodiscard]] Result<ScheduleLog> read_schedule_log(const std::filesystem::path& file);

// What the schedule fixes must not be asked for otherwise: contexts, streams, stages, and no more time than
// was recorded. Errors: it is.
[[nodiscard]] Status check_follows(const SettledConfig& config, const ScheduleLog& log);

// For PolicySetup; keeps what it needs of the log alive. Null where `log` is null.
[[nodiscard]] std::shared_ptr<const Schedule> schedule_of(const ScheduleLog* log);

// Whether launches of the point may hold several jobs, and B, their largest size in inputs, where they do;
// nothing where the configuration leaves B open. `log` is null but for policy `scripted`.
[[nodiscard]] bool forms_batches(const SettledConfig& config, const ScheduleLog* log);
[[nodiscard]] std::optional<std::uint32_t> batch_limit_of(const SettledConfig& config,
                                                          const ScheduleLog* log);

}  // namespace daris
