#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <sstream>

#include "analysis/logs/replay.h"
#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "cli/command_line.h"
#include "cli/commands.h"

namespace daris {
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kLongLogMegabytes = 100;

std::uint64_t megabytes(std::uint64_t bytes) { return (bytes + kMegabyte - 1) / kMegabyte; }

// Returns 0 if the log is no file of a known size.
std::uint64_t megabytes_of(const std::string& log) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(log, error);
  return error ? 0 : megabytes(bytes);
}

ProgressMode progress_mode(const Arguments& given, std::uint64_t log_megabytes) {
  if (given.has("progress")) return ProgressMode::kAlways;
  const bool quiet = given.has("no-progress") || log_megabytes < kLongLogMegabytes;
  return quiet ? ProgressMode::kNever : ProgressMode::kAuto;
}

// Returns what `work` gives, and shows its progress meanwhile.
template <typename Work>
Result<ReplayOutcome> with_progress(const std::string& log, const Arguments& given, const Work& work) {
  const std::uint64_t total = megabytes_of(log);
  Progress progress(total, "MB", progress_mode(given, total));
  return work([&](std::uint64_t bytes) { progress.advance_to(std::min(megabytes(bytes), total)); });
}

int run_decide(const std::string& log, const Arguments& given) {
  const Status writable = check_output(given.text("output"));
  if (!writable.ok()) return fail(writable.error());
  std::ostringstream text;
  const Result<ReplayOutcome> outcome = with_progress(log, given, [&](const OnBytesRead& on_read) {
    return decide(log, text, on_read, given.text("policy"));
  });
  if (!outcome.ok()) return fail(outcome.error());
  return conclude(keep_output(given.text("output"), text.str(), "log"));
}

int run_replay(const std::string& log, const Arguments& given) {
  const Result<ReplayOutcome> replayed = with_progress(
      log, given, [&](const OnBytesRead& on_read) { return replay(log, on_read, given.text("policy")); });
  if (!replayed.ok()) return fail(replayed.error());
  const ReplayOutcome& outcome = replayed.value();
  if (outcome.events == 0) return fail(kCheckFailed, log + ": has no event, so nothing was compared");
  if (outcome.difference) return fail(kCheckFailed, *outcome.difference);
  note(fmt::format("{}: {} decisions over {} events in {} steps are equal{}", log, outcome.decisions,
                   outcome.events, outcome.steps,
                   outcome.truncated ? " (the log is cut off; what there is of it)" : ""));
  return kDone;
}

}  // namespace

CommandSpec replay_spec() {
  CommandSpec spec;
  spec.name = "replay";
  spec.usage = "LOG [--decide [-o FILE]] [options]";
  spec.description =
      "Gives the events of a log (schema daris.event-log), simulated or live, to a fresh scheduler. All its\n"
      "decisions must equal the log's. Exits with 1 at the first difference and prints it.";
  spec.flags = {
      {"policy", "NAME|FILE",
       "ask this policy instead of the log's; a file with one of your own may have moved since"},
      {"decide", "", "print the log with the decisions of a fresh scheduler; the log needs to have none"},
      {"output,o", "FILE", "write what --decide prints there", false, true},
      {"progress", "", "show progress; without it, only logs of 100 MB and more do so, on a terminal"},
      {"no-progress", "", "never show it"}};
  spec.operands_min = spec.operands_max = 1;
  spec.operand = "LOG";
  spec.notes =
      "Examples:\n"
      "  daris sim --task-set resnet18-paper --log run.jsonl -o report.json && daris replay run.jsonl\n" +
      exit_codes_help();
  return spec;
}

int command_replay(std::span<const std::string> words) {
  const CommandLine line = read_command_line(replay_spec(), words);
  if (line.exit_code) return *line.exit_code;
  const std::string& log = line.arguments.operands().front();
  if (line.arguments.has("decide")) return run_decide(log, line.arguments);
  if (line.arguments.has("output")) return fail(kBadInput, "--output: goes with --decide");
  return run_replay(log, line.arguments);
}

}  // namespace daris
