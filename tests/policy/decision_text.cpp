#include "tests/policy/decision_text.h"

#include <initializer_list>
#include <string_view>

namespace daris::testing {
namespace {

std::string number(std::uint32_t value) { return std::to_string(value); }

const char* reason_name(RejectReason reason) {
  switch (reason) {
    case RejectReason::kUtilization: return "utilization";
    case RejectReason::kCertainlyLate: return "certainly-late";
    case RejectReason::kNoContext: return "no-context";
    case RejectReason::kNotScheduled: return "not-scheduled";
  }
  return "?";
}

const char* reason_name(DropReason reason) {
  switch (reason) {
    case DropReason::kCertainlyLate: return "certainly-late";
    case DropReason::kContextLost: return "context-lost";
    case DropReason::kLaunchFailed: return "launch-failed";
  }
  return "?";
}

std::string joined(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

struct Writer {
  const TaskNames& names;

  std::string operator()(const AdmitJob& admit) const {
    return joined({"admit", to_text(admit.job, names), "context", number(admit.context.value())});
  }
  std::string operator()(const RejectJob& reject) const {
    return joined({"reject", to_text(reject.job, names), reason_name(reject.reason)});
  }
  std::string operator()(const DropJob& drop) const {
    return joined({"drop", to_text(drop.job, names), reason_name(drop.reason)});
  }
  std::string operator()(const MigrateTask& migrate) const {
    return joined({"migrate", names[migrate.task.at()], "from", number(migrate.from.value()), "to",
                   number(migrate.to.value())});
  }
  std::string operator()(const LaunchStage& launch) const {
    std::string text = joined({"launch slot", number(launch.slot.value()), "stage",
                               number(launch.stage.value() + 1), "batch", number(launch.batch)});
    for (const JobId job : launch.jobs) text = joined({text, to_text(job, names)});
    return text;
  }
  std::string operator()(const SetTimer& timer) const {
    if (timer.at == Time::never()) return joined({"timer", number(timer.timer.value()), "off"});
    return joined({"timer", number(timer.timer.value()), "at", std::to_string(timer.at.ns())});
  }
};

}  // namespace

TaskNames numbered_names(std::size_t count) {
  TaskNames names;
  for (std::size_t t = 0; t < count; ++t) names.push_back(std::string("t").append(std::to_string(t)));
  return names;
}

std::string to_text(JobId job, const TaskNames& names) {
  return names[job.task.at()] + "#" + number(job.ordinal);
}

std::string to_text(const Decision& decision, const TaskNames& names) {
  return std::visit(Writer{names}, decision);
}

std::vector<std::string> to_text(std::span<const Decision> decisions, const TaskNames& names) {
  std::vector<std::string> lines;
  for (const Decision& decision : decisions) lines.push_back(to_text(decision, names));
  return lines;
}

}  // namespace daris::testing
