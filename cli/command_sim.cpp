#include <unistd.h>

#include <optional>

#include "analysis/report.h"
#include "analysis/report_table.h"
#include "cli/arguments.h"
#include "cli/checked_report.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/host_facts.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/run_flags.h"
#include "cli/simulated_runner.h"

namespace daris {
namespace {

CommandSpec spec() {
  CommandSpec spec;
  spec.name = "sim";
  spec.usage = "--task-set FILE|NAME [options]";
  spec.description =
      "Simulates one configuration and writes its report (JSON, schema daris.report) to standard output or to a file.";
  spec.flags = run_flags();
  spec.flags.push_back({"log", "FILE", "write the event log of the first replication"});
  spec.flags.push_back({"require-slo", "", "exit with 1 if a task's service level objective is not met"});
  spec.flags.push_back({"threads", "N", "replications that run side by side (default: all cores); changes no result"});
  spec.flags.push_back({"output,o", "FILE", "write the report there"});
  spec.notes = switches_help() +
               "\nExamples:\n"
               "  daris sim --task-set resnet18-paper --load 1.5 --contexts 6 --oversubscription 2 -o report.json\n"
               "  daris sim --task-set driving --policy daris --set bound=0.9 --require-slo\n"
               "  daris sim --config report.json --point 0123456789abcdef      a point of a report once more\n"
               "  daris sim --releases a.jsonl --policy edf                    the same jobs under another policy\n" +
               exit_codes_help();
  return spec;
}

// Nothing but the report goes to standard output.
void show_summary(const Json& report) {
  if (::isatty(STDERR_FILENO) == 1) note(report_table(report));
}

int simulate_point(const Arguments& arguments, const std::string& command, const RunConfig& config, std::size_t threads) {
  const StopWatch watch;
  const std::string started = now_utc();
  SimulatedRunner runner(arguments.text("log"));
  const Result<Point> point = runner.settle(config);
  if (!point.ok()) return fail(kBadInput, point.error().message);
  const Status status = runner.check(point.value());
  if (!status.ok()) return fail(kBadInput, status.error().message);
  const std::string output = arguments.text("output");
  for (const std::string& file : {output, arguments.text("log")}) {
    const Status writable = check_output(file);
    if (!writable.ok()) return fail(kEnvironment, writable.error().message);
  }
  Result<std::optional<Json>> result = runner.run(point.value(), threads, interrupted);
  if (!result.ok()) return fail(kEnvironment, result.error().message);
  if (!result.value()) return fail(kInterrupted, "interrupted; nothing was finished");
  Provenance provenance = runner.provenance(point.value());
  provenance.command = command;
  provenance.started_utc = started;
  provenance.wall_s = watch.seconds();
  provenance.os = system_release();
  provenance.cpu = cpu_model();
  const Json report = make_report(runner.kind(), provenance, {*std::move(result).value()});
  check_report(report);
  const Status written = write_output(output, write_report(report));
  if (!written.ok()) return fail(kEnvironment, written.error().message);
  show_summary(report);
  if (!arguments.has("require-slo") || slo_met(report["points"][0])) return kDone;
  return fail(kCheckFailed, "a service level objective is not met");
}

}  // namespace

int command_sim(std::span<const std::string> words) {
  const CommandSpec sim = spec();
  const CommandLine line = read_command_line(sim, words);
  if (line.exit_code) return *line.exit_code;
  const Result<RunConfig> config = config_from(line.arguments);
  if (!config.ok()) return fail(kBadInput, config.error().message);
  const Result<std::size_t> threads = threads_from(line.arguments);
  if (!threads.ok()) return fail(kBadInput, threads.error().message);
  catch_interrupts();
  return simulate_point(line.arguments, command_text(sim, words), config.value(), threads.value());
}

}  // namespace daris
