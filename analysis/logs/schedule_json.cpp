#include "analysis/logs/schedule_json.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/logs/event_log_fields.h"
#include "base/json/json.h"
#include "drive/names.h"

namespace daris {
namespace {

using Row = std::vector<std::int64_t>;

constexpr IntegerRange kAnyTime{0, kLogTimeNsMax};
constexpr CountRange kAnyRows{0, std::size_t{1} << 32};
constexpr std::size_t kLaunchHead = 4;  // numbers before the jobs of a launch
constexpr std::array<std::string_view, 4> kRejects{"utilization", "certainly_late", "no_context",
                                                   "not_scheduled"};
constexpr std::array<std::string_view, 3> kDrops{"certainly_late", "context_lost", "launch_failed"};

Json launch_to_json(const Schedule& schedule, const ScheduledLaunch& launch) {
  Json row = {launch.slot.value(), launch.stage.value() + 1, launch.batch, launch.at.ns()};
  for (std::size_t i = launch.first_job; i < launch.first_job + launch.jobs; ++i) {
    row.push_back(schedule.launched_jobs[i].task.value());
    row.push_back(schedule.launched_jobs[i].ordinal);
  }
  return row;
}

class ScheduleParser {
 public:
  explicit ScheduleParser(const JsonObject& object) : object_(object) {}

  std::shared_ptr<const Schedule> parse() {
    parse_admitted();
    parse_rejected(object_.object("rejected", {kRejects[0], kRejects[1], kRejects[2], kRejects[3]}));
    parse_dropped(object_.object("dropped", {kDrops[0], kDrops[1], kDrops[2]}));
    for (auto& [unused, job] : jobs_) schedule_.jobs.push_back(job);
    for (const Row& row : object_.integer_rows("launches", kAnyRows,
                                               {kLaunchHead + 2, kLaunchHead + 2 * kLogJobsMax}, kAnyTime))
      add_launch(row);
    return std::make_shared<const Schedule>(std::move(schedule_));
  }

 private:
  std::uint32_t id(const JsonObject& object, std::string_view key, std::int64_t value) const {
    if (value > std::int64_t{UINT32_MAX}) object.fail(key, fmt::format("{} is too large", value));
    return static_cast<std::uint32_t>(value);
  }
  JobId job(const JsonObject& object, std::string_view key, const Row& row, std::size_t at) const {
    return {id(object, key, row[at + 1]), TaskId(id(object, key, row[at]))};
  }
  void add(const JsonObject& object, std::string_view key, const ScheduledJob& job) {
    if (!jobs_.try_emplace({job.id.task, job.id.ordinal}, job).second) object.fail(key, "a job stands twice");
  }

  void parse_admitted() {
    for (const Row& row : object_.integer_rows("admitted", kAnyRows, {3, 3}, kAnyTime)) {
      if (row.size() != 3) return;  // that is an error already
      add(object_, "admitted",
          {job(object_, "admitted", row, 0), ContextId(id(object_, "admitted", row[2])), {}, {}});
    }
  }

  void parse_rejected(const JsonObject& reasons) {
    for (const std::string_view key : kRejects) {
      if (!reasons.has(key)) continue;
      for (const Row& row : reasons.integer_rows(key, kAnyRows, {2, 2}, kAnyTime)) {
        if (row.size() != 2) return;
        add(reasons, key, {job(reasons, key, row, 0), ContextId(), find_reason<RejectReason>(key), {}});
      }
    }
  }

  void parse_dropped(const JsonObject& reasons) {
    for (const std::string_view key : kDrops) {
      if (!reasons.has(key)) continue;
      for (const Row& row : reasons.integer_rows(key, kAnyRows, {3, 3}, kAnyTime)) {
        if (row.size() != 3) return;
        const JobId dropped = job(reasons, key, row, 0);
        const auto found = jobs_.find({dropped.task, dropped.ordinal});
        if (found == jobs_.end()) return reasons.fail(key, "a job was dropped that was not admitted");
        found->second.drop = ScheduledDrop{*find_reason<DropReason>(key), Time::from_ns(row[2])};
      }
    }
  }

  void add_launch(const Row& row) {
    constexpr std::string_view kKey = "launches";
    if (row.size() < kLaunchHead + 2 || row.size() % 2 != 0 || row[1] < 1)
      return object_.fail(kKey,
                          "a row is slot, stage from 1, batch, at_ns, then task and ordinal of each job");
    ScheduledLaunch launch;
    launch.slot = SlotId(id(object_, kKey, row[0]));
    launch.stage = StageIndex(id(object_, kKey, row[1] - 1));
    launch.batch = id(object_, kKey, row[2]);
    launch.at = Time::from_ns(row[3]);
    launch.first_job = static_cast<std::uint32_t>(schedule_.launched_jobs.size());
    launch.jobs = static_cast<std::uint32_t>((row.size() - kLaunchHead) / 2);
    for (std::size_t i = kLaunchHead; i < row.size(); i += 2)
      schedule_.launched_jobs.push_back(job(object_, kKey, row, i));
    schedule_.launches.push_back(launch);
  }

  const JsonObject& object_;
  Schedule schedule_;
  std::map<std::pair<TaskId, std::uint32_t>, ScheduledJob> jobs_;
};

}  // namespace

Json schedule_to_json(const Schedule& schedule) {
  Json admitted = Json::array();
  Json rejected = Json::object();
  Json dropped = Json::object();
  Json launches = Json::array();
  for (const ScheduledJob& job : schedule.jobs) {
    const std::uint32_t task = job.id.task.value();
    if (job.rejected) {
      rejected[std::string(to_text(*job.rejected))].push_back({task, job.id.ordinal});
    } else {
      admitted.push_back({task, job.id.ordinal, job.context.value()});
    }
    if (job.drop)
      dropped[std::string(to_text(job.drop->reason))].push_back({task, job.id.ordinal, job.drop->at.ns()});
  }
  for (const ScheduledLaunch& launch : schedule.launches)
    launches.push_back(launch_to_json(schedule, launch));
  return {{"admitted", std::move(admitted)},
          {"rejected", std::move(rejected)},
          {"dropped", std::move(dropped)},
          {"launches", std::move(launches)}};
}

std::shared_ptr<const Schedule> parse_schedule(const JsonObject& setup) {
  const auto object = setup.optional_object("schedule", {"admitted", "rejected", "dropped", "launches"});
  return object ? ScheduleParser(*object).parse() : nullptr;
}

}  // namespace daris
