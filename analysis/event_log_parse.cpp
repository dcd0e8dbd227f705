// parse_line() of event_log_line.h.
#include <algorithm>
#include <array>
#include <utility>

#include "analysis/event_log_fields.h"
#include "analysis/event_log_line.h"
#include "analysis/names.h"
#include "workloads/json/reader.h"

namespace daris {
namespace {

constexpr IntegerRange kAnyTime{0, kLogTimeNsMax};
constexpr IntegerRange kAnyDuration{0, kLogDurationNsMax};
constexpr IntegerRange kAnyId{0, UINT32_MAX};

enum class Kind {
  kContextLost,
  kLaunchFailed,
  kStageFinished,
  kJobReleased,
  kTimerFired,
  kAdmitJob,
  kRejectJob,
  kDropJob,
  kMigrateTask,
  kLaunchStage,
  kSetTimer,
};
constexpr NameTable<Kind, 5> kEvents = {{{kLogWord<ContextLost>, Kind::kContextLost},
                                         {kLogWord<LaunchFailed>, Kind::kLaunchFailed},
                                         {kLogWord<StageFinished>, Kind::kStageFinished},
                                         {kLogWord<JobReleased>, Kind::kJobReleased},
                                         {kLogWord<TimerFired>, Kind::kTimerFired}}};
constexpr NameTable<Kind, 6> kDecisions = {{{kLogWord<AdmitJob>, Kind::kAdmitJob},
                                            {kLogWord<RejectJob>, Kind::kRejectJob},
                                            {kLogWord<DropJob>, Kind::kDropJob},
                                            {kLogWord<MigrateTask>, Kind::kMigrateTask},
                                            {kLogWord<LaunchStage>, Kind::kLaunchStage},
                                            {kLogWord<SetTimer>, Kind::kSetTimer}}};

class LineParser {
 public:
  LineParser(JsonDocument& document, const LineLimits& limits)
      : document_(document), limits_(limits), object_(with_any_key(document)) {}

  // What is wrong stands in the document's status afterwards.
  [[nodiscard]] LogLine parse() {
    LogLine line;
    if (object_.find("end_ns") != nullptr) {
      object_ = document_.root_without_head({"end_ns"});
      line.content = EndLine{time("end_ns")};
      return line;
    }
    if (object_.find("decision") != nullptr) {
      line.content = parse_decision(object_.choice("decision", kDecisions), line);
    } else {
      line.content = parse_event(object_.choice("event", kEvents), line);
    }
    line.step = static_cast<std::uint64_t>(object_.integer("step", kAnyTime));
    line.now = time("now_ns");
    return line;
  }

 private:
  // Every key that some line has: enough to find out which kind of line it is. Then its own keys are checked.
  [[nodiscard]] static JsonObject with_any_key(JsonDocument& document) {
    return document.root_without_head({"step",
                                       "now_ns",
                                       "event",
                                       "decision",
                                       "end_ns",
                                       "context",
                                       "slot",
                                       "reason",
                                       "started_ns",
                                       "execution_ns",
                                       "alone_ns",
                                       "timer",
                                       "task",
                                       "ordinal",
                                       "estimate_mret_ns",
                                       "from",
                                       "to",
                                       "stage",
                                       "batch",
                                       "estimate_afet_ns",
                                       "jobs",
                                       "at_ns",
                                       "nominal_release_ns"});
  }

  [[nodiscard]] Event parse_event(Kind kind, LogLine& line);
  [[nodiscard]] Decision parse_decision(Kind kind, LogLine& line);
  // From now on `object_` may only have these.
  void only(JsonKeys keys) { object_ = document_.root_without_head(keys); }

  [[nodiscard]] Time time(std::string_view key) const { return Time::from_ns(object_.integer(key, kAnyTime)); }
  [[nodiscard]] Duration duration(std::string_view key) const {
    return Duration::from_ns(object_.integer(key, kAnyDuration));
  }
  [[nodiscard]] Duration duration_or_zero(std::string_view key) const {
    return Duration::from_ns(object_.integer_or(key, kAnyDuration, 0));
  }
  [[nodiscard]] static std::uint32_t below(const JsonObject& object, std::string_view key, std::uint32_t end) {
    const std::int64_t value = object.integer(key, {0, std::int64_t{end} - 1});
    return value < std::int64_t{end} ? static_cast<std::uint32_t>(value) : 0;
  }
  [[nodiscard]] ContextId context(std::string_view key) const {
    return ContextId(below(object_, key, limits_.contexts));
  }
  [[nodiscard]] SlotId slot() const { return SlotId(below(object_, "slot", limits_.slots)); }
  [[nodiscard]] TimerId timer() const { return TimerId(static_cast<std::uint32_t>(object_.integer("timer", kAnyId))); }
  [[nodiscard]] JobId job(const JsonObject& object) const {
    return {static_cast<std::uint32_t>(object.integer("ordinal", kAnyId)),
            TaskId(below(object, "task", limits_.tasks))};
  }
  template <typename Reason>
  [[nodiscard]] Reason reason(std::optional<Reason> (*find)(std::string_view)) const {
    const std::optional<Reason> found = find(object_.text("reason"));
    if (!found) object_.fail("reason", "there is no such reason");
    return found.value_or(Reason{});
  }
  [[nodiscard]] StageMeasurement measurement() const {
    StageMeasurement measured;
    measured.started = Time::from_ns(object_.integer_or("started_ns", kAnyTime, 0));
    measured.execution = duration("execution_ns");
    measured.alone = duration_or_zero("alone_ns");
    measured.estimate_mret = duration_or_zero("estimate_mret_ns");
    measured.estimate_afet = duration_or_zero("estimate_afet_ns");
    return measured;
  }
  [[nodiscard]] LaunchStage launch(LogLine& line) const;

  JsonDocument& document_;
  const LineLimits& limits_;
  JsonObject object_;
};

Event LineParser::parse_event(Kind kind, LogLine& line) {
  switch (kind) {
    case Kind::kContextLost: only({"step", "now_ns", "event", "context"}); return ContextLost{context("context")};
    case Kind::kLaunchFailed:
      only({"step", "now_ns", "event", "slot", "reason"});
      return LaunchFailed{slot(), reason(&launch_failure)};
    case Kind::kStageFinished:
      only({"step", "now_ns", "event", "slot", "execution_ns", "started_ns", "alone_ns", "estimate_mret_ns",
            "estimate_afet_ns"});
      line.measured = measurement();
      return StageFinished{slot(), line.measured.execution};
    case Kind::kJobReleased:
      only({"step", "now_ns", "event", "task", "ordinal", "nominal_release_ns"});
      return JobReleased{job(object_), time("nominal_release_ns")};
    default: only({"step", "now_ns", "event", "timer"}); return TimerFired{timer()};
  }
}

Decision LineParser::parse_decision(Kind kind, LogLine& line) {
  switch (kind) {
    case Kind::kAdmitJob:
      only({"step", "now_ns", "decision", "task", "ordinal", "context"});
      return AdmitJob{job(object_), context("context")};
    case Kind::kRejectJob:
      only({"step", "now_ns", "decision", "task", "ordinal", "reason"});
      return RejectJob{job(object_), reason(&reject_reason)};
    case Kind::kDropJob:
      only({"step", "now_ns", "decision", "task", "ordinal", "reason"});
      return DropJob{job(object_), reason(&drop_reason)};
    case Kind::kMigrateTask:
      only({"step", "now_ns", "decision", "task", "from", "to"});
      return MigrateTask{TaskId(below(object_, "task", limits_.tasks)), context("from"), context("to")};
    case Kind::kLaunchStage:
      only({"step", "now_ns", "decision", "slot", "stage", "batch", "jobs"});
      return launch(line);
    default:
      only({"step", "now_ns", "decision", "timer", "at_ns"});
      return SetTimer{timer(), object_.has("at_ns") ? time("at_ns") : Time::never()};
  }
}

LaunchStage LineParser::launch(LogLine& line) const {
  for (const JsonObject& object : object_.objects("jobs", {1, kLogJobsMax}, {"task", "ordinal"})) {
    line.jobs.push_back(job(object));
  }
  LaunchStage launch;
  launch.slot = slot();
  const std::uint32_t stages =
      line.jobs.empty() || limits_.stages.empty() ? 1 : limits_.stages[line.jobs.front().task.at()];
  launch.stage = StageIndex(static_cast<std::uint32_t>(object_.integer("stage", {1, stages}) - 1));
  launch.batch = static_cast<std::uint32_t>(object_.integer("batch", {1, UINT32_MAX}));
  launch.jobs = line.jobs;
  return launch;
}

}  // namespace

LineLimits limits_of(const PolicySetup& setup) {
  LineLimits limits{setup.contexts, setup.contexts * setup.streams, static_cast<std::uint32_t>(setup.tasks.size()), {}};
  for (const TaskSetup& task : setup.tasks)
    limits.stages.push_back(static_cast<std::uint32_t>(task.stage_estimates.size()));
  return limits;
}

Result<LogLine> parse_line(std::string_view line, const std::string& origin, const LineLimits& limits) {
  Result<JsonDocument> document = JsonDocument::parse(line, origin);
  if (!document.ok()) return document.error();
  LogLine parsed = LineParser(document.value(), limits).parse();
  if (!document.value().status().ok()) return document.value().status().error();
  return parsed;
}

}  // namespace daris
