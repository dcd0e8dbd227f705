#include <iostream>
#include <string>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/json/document_provenance.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/run_flags.h"
#include "experiment/simulated/simulated_runner.h"
#include "experiment/sweep/evaluate.h"

namespace daris {
namespace {

std::string header_text(const std::string& command) {
  Json header = {{"schema", "daris.evaluations"}, {"version", 1}};
  header.update(provenance_of(command));
  return write_json_line(header);
}

// A reader waits for each answer, so none is kept back.
Status print(const std::string& line) {
  const InterruptHold until_written;
  std::cout << line << '\n' << std::flush;
  if (std::cout) return {};
  return environment_error("standard output can't be written; the rest is not evaluated");
}

std::optional<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

}  // namespace

CommandSpec evaluate_spec() {
  CommandSpec spec;
  spec.name = "evaluate";
  spec.usage = "[options] < REQUESTS > ANSWERS";
  spec.description =
      "Simulates one configuration after the other, for a program that searches: each line of standard "
      "input\n"
      "is an object of settings, as in a sweep's grid, and each is answered by a line of JSON. The options "
      "say\n"
      "what a line leaves open. Files are read once. A line that is wrong is answered by {\"error\": ...}.";
  spec.flags = run_flags(OptionWorld::kSimulated);
  spec.flags.push_back(
      {"threads", "N", "evaluations that run side by side (default: all cores); changes no result"});
  spec.notes =
      "Examples:\n"
      "  echo '{\"load\": 1.5, \"contexts\": 6, \"bound\": 0.9, \"id\": 1}' |\n"
      "    daris evaluate --task-set resnet18-paper --duration 2s\n"
      "  daris schema daris.evaluations      what the answers are\n" +
      exit_codes_help();
  return spec;
}

int command_evaluate(std::span<const std::string> words) {
  const CommandSpec evaluates = evaluate_spec();
  const CommandLine line = read_command_line(evaluates, words);
  if (line.exit_code) return *line.exit_code;
  const Result<RunConfig> defaults = config_from(line.arguments, {});
  if (!defaults.ok()) return fail(defaults.error());
  const Result<std::size_t> threads = threads_from(line.arguments);
  if (!threads.ok()) return fail(threads.error());
  catch_interrupts({std::chrono::milliseconds(0), "interrupted; what was answered stands"});
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  if (const Status printed = print(header_text(command_text(evaluates, words))); !printed.ok())
    return fail(printed.error());
  SimulatedRunner runner;
  return conclude(evaluate(runner, {defaults.value(), threads.value(), read_line, print}));
}

}  // namespace daris
