#include <fmt/format.h>

#include <sstream>

#include "analysis/replay.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace daris {
namespace {

CommandSpec spec() {
  CommandSpec spec;
  spec.name = "replay";
  spec.usage = "LOG [--decide [-o FILE]]";
  spec.description =
      "Gives the events of a log (schema daris.event-log), simulated or live, to a fresh scheduler and compares its "
      "decisions\n"
      "with the log's: they must be equal, every one. Exits with 1 at the first difference and prints it.";
  spec.flags = {{"decide", "", "print the log with the decisions of a fresh scheduler; the log needs to have none"},
                {"output,o", "FILE", "write what --decide prints there"}};
  spec.operands_min = spec.operands_max = 1;
  spec.operand = "LOG";
  spec.notes =
      "Examples:\n"
      "  daris sim --task-set resnet18-paper --log run.jsonl -o report.json && daris replay run.jsonl\n" +
      exit_codes_help();
  return spec;
}

int run_decide(const std::string& log, const std::string& output) {
  std::ostringstream text;
  const Result<ReplayOutcome> outcome = decide(log, text);
  if (!outcome.ok()) return fail(kBadInput, outcome.error().message);
  const Status written = write_output(output, text.str());
  return written.ok() ? static_cast<int>(kDone) : fail(kEnvironment, written.error().message);
}

int run_replay(const std::string& log) {
  const Result<ReplayOutcome> replayed = replay(log);
  if (!replayed.ok()) return fail(kBadInput, replayed.error().message);
  const ReplayOutcome& outcome = replayed.value();
  if (outcome.difference) return fail(kCheckFailed, *outcome.difference);
  note(fmt::format("{}: {} decisions over {} events in {} steps are equal{}", log, outcome.decisions, outcome.events,
                   outcome.steps, outcome.truncated ? " (the log is cut off; what there is of it)" : ""));
  return kDone;
}

}  // namespace

int command_replay(std::span<const std::string> words) {
  const CommandLine line = read_command_line(spec(), words);
  if (line.exit_code) return *line.exit_code;
  const std::string& log = line.arguments.operands().front();
  if (line.arguments.has("decide")) return run_decide(log, line.arguments.text("output"));
  if (line.arguments.has("output")) return fail(kBadInput, "--output: goes with --decide");
  return run_replay(log);
}

}  // namespace daris
