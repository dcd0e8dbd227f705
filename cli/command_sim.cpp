#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "cli/arguments.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/run_flags.h"
#include "cli/run_point.h"
#include "experiment/simulated/simulated_runner.h"

namespace daris {

CommandSpec sim_spec() {
  CommandSpec spec;
  spec.name = "sim";
  spec.usage = "--task-set FILE|NAME [options]";
  spec.description =
      "Simulates one configuration and writes its report (JSON, schema daris.report) to standard output or "
      "to\n"
      "a file.";
  spec.flags = point_flags(OptionWorld::kSimulated);
  spec.flags.push_back(
      {"threads", "N", "replications that run side by side (default: all cores); changes no result"});
  spec.notes =
      switches_help() +
      "\nExamples:\n"
      "  daris sim --task-set resnet18-paper --load 1.5 --contexts 6 --oversubscription 2 -o report.json\n"
      "  daris sim --task-set driving --duration 20s --set bound=0.9 --require-slo\n"
      "  daris sim --config report.json --point 0123456789abcdef      a point of a report once more\n"
      "  daris sim --releases a.jsonl --policy edf                    the same jobs under another policy\n"
      "  daris sim --schedule live.jsonl --backend green --pace time  each stage of a live run in its "
      "slot\n" +
      exit_codes_help();
  return spec;
}

int command_sim(std::span<const std::string> words) {
  const CommandSpec sim = sim_spec();
  const CommandLine line = read_command_line(sim, words);
  if (line.exit_code) return *line.exit_code;
  const Result<RunConfig> config = config_from(line.arguments, {});
  if (!config.ok()) return fail(config.error());
  const Result<std::size_t> threads = threads_from(line.arguments);
  if (!threads.ok()) return fail(threads.error());
  catch_interrupts({kSimulatedGrace, "interrupted; nothing was measured yet"});
  SimulatedRunner runner(line.arguments.text("log"));
  return run_point(runner, {&line.arguments, command_text(sim, words), config.value(),
                            point_again(line.arguments, ReportKind::kSimulated), threads.value()});
}

}  // namespace daris
