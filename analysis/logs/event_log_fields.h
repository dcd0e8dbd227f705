// The fields of an event log's lines behind "step" and "now_ns", in the order in which logs have them. This
// is the one list: the writer, the scanner (lines as daris writes them) and the parser (lines as any program
// may write them) all go by it. Internal to analysis/logs/.
//
// `Fields` has a member function for each kind of value. Each is called with the key and the place of the
// value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "drive/observer.h"
#include "policy/decision.h"
#include "policy/event.h"

namespace daris {

// The largest values that a line may have.
inline constexpr std::int64_t kLogTimeNsMax = std::int64_t{1} << 60;
inline constexpr std::int64_t kLogDurationNsMax = (std::int64_t{1} << 40) - 1;  // policy/setup.h
inline constexpr std::size_t kLogJobsMax = 4096;                                // of a launch

// The word that stands behind "event" or "decision".
template <typename Content>
struct LogWord;  // no general one, so that a forgotten word does not compile
template <>
struct LogWord<ContextLost> {
  static constexpr std::string_view kText = "context_lost";
};
template <>
struct LogWord<LaunchFailed> {
  static constexpr std::string_view kText = "launch_failed";
};
template <>
struct LogWord<StageFinished> {
  static constexpr std::string_view kText = "stage_finished";
};
template <>
struct LogWord<JobReleased> {
  static constexpr std::string_view kText = "job_released";
};
template <>
struct LogWord<TimerFired> {
  static constexpr std::string_view kText = "timer_fired";
};
template <>
struct LogWord<AdmitJob> {
  static constexpr std::string_view kText = "admit_job";
};
template <>
struct LogWord<RejectJob> {
  static constexpr std::string_view kText = "reject_job";
};
template <>
struct LogWord<DropJob> {
  static constexpr std::string_view kText = "drop_job";
};
template <>
struct LogWord<MigrateTask> {
  static constexpr std::string_view kText = "migrate_task";
};
template <>
struct LogWord<LaunchStage> {
  static constexpr std::string_view kText = "launch_stage";
};
template <>
struct LogWord<SetTimer> {
  static constexpr std::string_view kText = "set_timer";
};
template <typename Content>
inline constexpr std::string_view kLogWord = LogWord<Content>::kText;

template <typename Fields>
void visit_fields(Fields& fields, JobId& job) {
  fields.task("task", job.task);
  fields.ordinal("ordinal", job.ordinal);
}

template <typename Fields>
void visit_fields(Fields& fields, ContextLost& event) {
  fields.context("context", event.context);
}
template <typename Fields>
void visit_fields(Fields& fields, LaunchFailed& event) {
  fields.slot("slot", event.slot);
  fields.reason("reason", event.reason);
}
template <typename Fields>
void visit_fields(Fields& fields, StageFinished& event) {
  fields.slot("slot", event.slot);
  fields.duration("execution_ns", event.execution);
}
template <typename Fields>
void visit_fields(Fields& fields, JobReleased& event) {
  visit_fields(fields, event.job);
  fields.time("nominal_release_ns", event.nominal_release);
}
template <typename Fields>
void visit_fields(Fields& fields, TimerFired& event) {
  fields.timer("timer", event.timer);
}

// These stand behind the fields of their StageFinished, which has "execution_ns" already. daris writes all or
// none of them; other programs may leave some out.
template <typename Fields>
void visit_fields(Fields& fields, StageMeasurement& measured) {
  fields.time("started_ns", measured.started);
  fields.duration("alone_ns", measured.alone);
  fields.duration("estimate_mret_ns", measured.estimate_mret);
  fields.duration("estimate_afet_ns", measured.estimate_afet);
}

template <typename Fields>
void visit_fields(Fields& fields, AdmitJob& decision) {
  visit_fields(fields, decision.job);
  fields.context("context", decision.context);
}
template <typename Fields>
void visit_fields(Fields& fields, RejectJob& decision) {
  visit_fields(fields, decision.job);
  fields.reason("reason", decision.reason);
}
template <typename Fields>
void visit_fields(Fields& fields, DropJob& decision) {
  visit_fields(fields, decision.job);
  fields.reason("reason", decision.reason);
}
template <typename Fields>
void visit_fields(Fields& fields, MigrateTask& decision) {
  fields.task("task", decision.task);
  fields.context("from", decision.from);
  fields.context("to", decision.to);
}
template <typename Fields>
void visit_fields(Fields& fields, LaunchStage& decision) {
  fields.slot("slot", decision.slot);
  fields.stage("stage", decision.stage);
  fields.batch("batch", decision.batch);
  fields.jobs("jobs", decision.jobs);
}
template <typename Fields>
void visit_fields(Fields& fields, SetTimer& decision) {
  fields.timer("timer", decision.timer);
  fields.time_or_never("at_ns", decision.at);
}

}  // namespace daris
