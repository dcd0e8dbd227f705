#include "analysis/event_log_line.h"

#include <array>
#include <charconv>

#include "analysis/names.h"

namespace daris {
namespace {

// Appends the fields of one object. No value needs escaping: all are numbers or names of ours.
class LineWriter {
 public:
  explicit LineWriter(std::string& out) : out_(out) {}

  LineWriter& field(std::string_view key, std::int64_t value) {
    begin(key);
    std::array<char, 24> text;
    const auto [end, unused] = std::to_chars(text.data(), text.data() + text.size(), value);
    out_.append(text.data(), end);
    return *this;
  }
  LineWriter& field(std::string_view key, std::string_view value) {
    begin(key);
    ((out_ += '"') += value) += '"';
    return *this;
  }
  LineWriter& null(std::string_view key) {
    begin(key);
    out_ += "null";
    return *this;
  }
  LineWriter& job(JobId job) {
    return field("task", std::int64_t{job.task.value()}).field("ordinal", std::int64_t{job.ordinal});
  }
  LineWriter& jobs(std::span<const JobId> jobs) {
    begin("jobs");
    out_ += '[';
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      out_ += i == 0 ? "{" : ",{";
      LineWriter(out_).job(jobs[i]);
      out_ += '}';
    }
    out_ += ']';
    return *this;
  }

 private:
  void begin(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    ((out_ += '"') += key) += "\":";
  }
  std::string& out_;
  bool first_ = true;
};

void append(LineWriter& line, const ContextLost& event) {
  line.field("event", "context_lost").field("context", event.context.value());
}
void append(LineWriter& line, const LaunchFailed& event) {
  line.field("event", "launch_failed").field("slot", event.slot.value()).field("reason", to_text(event.reason));
}
void append(LineWriter& line, const StageFinished& event) {
  line.field("event", "stage_finished").field("slot", event.slot.value()).field("execution_ns", event.execution.ns());
}
void append(LineWriter& line, const JobReleased& event) {
  line.field("event", "job_released").job(event.job).field("nominal_release_ns", event.nominal_release.ns());
}
void append(LineWriter& line, const TimerFired& event) {
  line.field("event", "timer_fired").field("timer", event.timer.value());
}

void append(LineWriter& line, const AdmitJob& decision) {
  line.field("decision", "admit_job").job(decision.job).field("context", decision.context.value());
}
void append(LineWriter& line, const RejectJob& decision) {
  line.field("decision", "reject_job").job(decision.job).field("reason", to_text(decision.reason));
}
void append(LineWriter& line, const DropJob& decision) {
  line.field("decision", "drop_job").job(decision.job).field("reason", to_text(decision.reason));
}
void append(LineWriter& line, const MigrateTask& decision) {
  line.field("decision", "migrate_task").field("task", decision.task.value());
  line.field("from", decision.from.value()).field("to", decision.to.value());
}
void append(LineWriter& line, const LaunchStage& decision) {
  line.field("decision", "launch_stage").field("slot", decision.slot.value());
  line.field("stage", std::int64_t{decision.stage.value()} + 1).field("batch", decision.batch).jobs(decision.jobs);
}
void append(LineWriter& line, const SetTimer& decision) {
  line.field("decision", "set_timer").field("timer", decision.timer.value());
  decision.at == Time::never() ? line.null("at_ns") : line.field("at_ns", decision.at.ns());
}

void append_measurement(LineWriter& line, const StageMeasurement& measured) {
  line.field("started_ns", measured.started.ns()).field("alone_ns", measured.alone.ns());
  line.field("estimate_mret_ns", measured.estimate_mret.ns()).field("estimate_afet_ns", measured.estimate_afet.ns());
}

LineWriter begin_line(std::string& out, std::uint64_t step, Time now) {
  out += '{';
  LineWriter line(out);
  line.field("step", static_cast<std::int64_t>(step)).field("now_ns", now.ns());
  return line;
}

}  // namespace

void append_event(std::string& out, std::uint64_t step, Time now, const Event& event,
                  const StageMeasurement* measured) {
  LineWriter line = begin_line(out, step, now);
  std::visit([&](const auto& one) { append(line, one); }, event);
  if (measured != nullptr) append_measurement(line, *measured);
  out += "}\n";
}

void append_decision(std::string& out, std::uint64_t step, Time now, const Decision& decision) {
  LineWriter line = begin_line(out, step, now);
  std::visit([&](const auto& one) { append(line, one); }, decision);
  out += "}\n";
}

void append_end(std::string& out, Time end) {
  out += '{';
  LineWriter(out).field("end_ns", end.ns());
  out += "}\n";
}

std::string describe(const Decision& decision) {
  std::string text = "{";
  LineWriter line(text);
  std::visit([&](const auto& one) { append(line, one); }, decision);
  return text + "}";
}

}  // namespace daris
