// The schedule of an event log, for `--schedule`: it repeats a run in its own world or in the other one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "experiment/release_log.h"
#include "experiment/settled_config.h"

namespace daris {

struct RecordedSchedule;
struct Schedule;

struct ScheduleLog {
  std::string name;    // the file
  std::string sha256;  // of the schedule and its times; `releases` have their own
  std::shared_ptr<const ReleaseLog> releases;
  std::shared_ptr<const RecordedSchedule> recorded;
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  bool staged = true;             // models ran stage by stage
  bool batches = false;           // launches may hold several jobs
  std::uint32_t batch_limit = 1;  // if they do
  Duration covered;               // the part of its duration that the recorded run got to
  std::string profile;            // that the recorded run was simulated with; empty if it was live
  std::string contention_model;
};

// Errors: see docs/formats.md, "Input that is wrong": no log, or one that is cut off or not decided.
[[nodiscard]] Result<ScheduleLog> read_schedule_log(const std::filesystem::path& file);

// Errors: the configuration differs from what the schedule fixes (contexts, streams, stages), or asks for
// more time than was recorded.
[[nodiscard]] Status check_follows(const SettledConfig& config, const ScheduleLog& log);

// The schedule for PolicySetup, which shares it with the log. Returns null if `log` is null.
[[nodiscard]] std::shared_ptr<const Schedule> schedule_of(const ScheduleLog* log);

// Tells whether launches of the point may hold several jobs. `log` is null for all policies but `scripted`.
[[nodiscard]] bool forms_batches(const SettledConfig& config, const ScheduleLog* log);
// B, the most inputs of such a launch. Returns nullopt if the configuration leaves it open.
[[nodiscard]] std::optional<std::uint32_t> batch_limit_of(const SettledConfig& config,
                                                          const ScheduleLog* log);

}  // namespace daris
