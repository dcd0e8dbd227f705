#include "cli/run_point.h"

#include <optional>
#include <string>
#include <utility>

#include "analysis/report/checked_report.h"
#include "analysis/report/report.h"
#include "analysis/report/report_table.h"
#include "base/check.h"
#include "base/host/exit_code.h"
#include "base/host/host_facts.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/printable_text.h"
#include "cli/command_line.h"
#include "cli/run_flags.h"
#include "experiment/point_run.h"

namespace daris {
namespace {

// All of this goes to standard error: standard output is the report's.
void show_summary(const Json& report) {
  if (const Json& point = report["points"][0]; point.contains("shape"))
    note("shape auto: took " + chosen_shape_text(point["shape"]));
  for (const Json& warning : report["points"][0]["warnings"])
    note("warning: " + printable(warning.get<std::string>()));
  if (is_terminal()) note(report_table(report, terminal_width()));
}

Status check_outputs(const Arguments& arguments) {
  for (const char* const flag : {"output", "log"}) {
    DARIS_TRY(check_output(arguments.text(flag)));
  }
  return {};
}

// Ids say what a point is. Another id is another experiment, though all names are the same.
std::optional<std::string> warning_of_other_point(const std::optional<PointAgain>& again,
                                                  const Point& point) {
  if (!again || again->id == point.id) return std::nullopt;
  return again->report + ": point " + again->id + " is now point " + point.id +
         ": its task set, another of its files, the machine or the program has changed since";
}

Json report_of(const PointRunner& runner, const PointCommand& command, const Point& point, Json result,
               const std::string& started, const StopWatch& watch) {
  Provenance provenance = runner.provenance(point);
  provenance.command = command.command;
  provenance.started_utc = started;
  provenance.wall_s = watch.seconds();
  provenance.os = system_release();
  provenance.cpu = cpu_model();
  Json report = make_report(runner.kind(), provenance, {std::move(result)});
  check_report(report);
  return report;
}

// REQUIRES: the report is written.
int exit_code_of(const std::optional<Error>& mishap, const PointCommand& command, const Json& report) {
  const Json& point = report["points"][0];
  if (mishap) return fail(*mishap);
  if (point["partial"] == true) return fail(kInterrupted, "interrupted; the report holds what was finished");
  if (!command.arguments->has("require-slo")) return kDone;
  const std::optional<std::string> failure = slo_failure(point);
  return failure ? fail(kCheckFailed, "--require-slo: " + *failure) : static_cast<int>(kDone);
}

}  // namespace

std::vector<Flag> point_flags(OptionWorld world) {
  std::vector<Flag> flags = run_flags(world);
  flags.push_back(
      {"log", "FILE", "write the event log of the first replication; - is standard output", false, true});
  flags.push_back(
      {"require-slo", "",
       "exit with 1 if a task's service level objective is not met or was not shown, or none has one"});
  flags.push_back({"output,o", "FILE", "write the report there", false, true});
  return flags;
}

int run_point(PointRunner& runner, const PointCommand& command) {
  const StopWatch watch;
  const std::string started = now_utc();
  const Result<Point> point = runner.settle(command.config);
  if (!point.ok()) return fail(point.error());
  const Status status = runner.check(point.value());
  if (!status.ok()) return fail(status.error());
  const Status writable = check_outputs(*command.arguments);
  if (!writable.ok()) return fail(writable.error());
  const StatusLine set_up(ProgressMode::kAuto);
  runner.doing = [&](const std::string& text) { text.empty() ? set_up.clear() : set_up.show(text); };
  Result<PointRun> result = runner.run(point.value(), command.threads, interrupted);
  const bool nothing = !result.ok() || !result.value().point;
  if (nothing && interrupted()) return fail(kInterrupted, "interrupted; nothing was measured yet");
  if (!result.ok()) return fail(result.error());
  DARIS_CHECK(result.value().point.has_value());
  const InterruptHold until_written;
  if (const auto other = warning_of_other_point(command.again, point.value()))
    result.value().point->at("warnings").push_back(*other);
  const Json report =
      report_of(runner, command, point.value(), *std::move(result.value().point), started, watch);
  const Status written = keep_output(command.arguments->text("output"), write_report(report), "report");
  change_last_words("interrupted; the report is written");
  show_summary(report);
  // A pipe that nobody read was given up.
  if (!written.ok() && interrupted()) return fail(kInterrupted, printable(written.error().message));
  if (!written.ok()) return fail(written.error());
  return exit_code_of(result.value().mishap, command, report);
}

}  // namespace daris
