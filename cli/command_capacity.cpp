#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/terminal.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/planning_command.h"
#include "cli/run_flags.h"
#include "experiment/planning/capacity_document.h"
#include "experiment/planning/capacity_search.h"
#include "experiment/simulated/simulated_runner.h"

namespace daris {
namespace {

constexpr std::uint32_t kReplications = 5;

Result<CapacityRequest> request_from(const Arguments& arguments) {
  CapacityRequest request;
  RunConfig defaults;
  defaults.replications = kReplications;
  DARIS_TRY_ASSIGN(request.config, config_from(arguments, defaults, FlagUse::kPlan));
  request.replications = request.config.replications;
  DARIS_TRY_ASSIGN(request.threads, threads_from(arguments));
  DARIS_TRY_ASSIGN(const std::optional<double> tolerance, share_from(arguments, "precision", {0.0001, 0.5}));
  request.tolerance = tolerance.value_or(request.tolerance);
  DARIS_TRY_ASSIGN(request.loss_max, share_from(arguments, "loss-max", {0, 1}));
  if (arguments.has("axis")) {
    const Result<LoadAxis> axis = parse_load_axis(arguments.text("axis"));
    if (!axis.ok()) return axis.error().in("--axis");
    request.axis = axis.value();
  }
  return request;
}

}  // namespace

CommandSpec capacity_spec() {
  CommandSpec spec;
  spec.name = "capacity";
  spec.usage = "--task-set FILE|NAME [options]";
  spec.description =
      "Finds the highest load at which all service level objectives of a task set hold, by simulation: one "
      "run for\n"
      "each load that bisection asks for, then runs with other draws that confirm it. If no task has an "
      "objective,\n"
      "level 0 must lose no job, and no other level may miss over 1% of what it admits. Writes JSON (schema\n"
      "daris.capacity) and prints a table to standard error.";
  spec.flags = run_flags(OptionWorld::kSimulated, FlagUse::kPlan);
  spec.flags.push_back({"axis", "load|rate|tasks",
                        "what is scaled: load (as --load-by says), the rates of all tasks, or the number of "
                        "tasks (default: load)"});
  spec.flags.push_back(
      {"precision", "SHARE",
       "how narrow the bracket is to be, such as 0.01 or 1% (default: 1%); tasks are counted "
       "to the last one"});
  spec.flags.push_back({"loss-max", "SHARE",
                        "if no task has an objective: no level may lose more of what it releases, such as 5% "
                        "(default: rejections are free)"});
  spec.flags.push_back({"output,o", "FILE", "write the JSON there (default: standard output)", false, true});
  spec.flags.push_back({"no-table", "", "print no table"});
  spec.flags.push_back(
      {"threads", "N", "replications that run side by side (default: all cores); changes no result"});
  spec.notes = fmt::format(
      "--replications confirm the highest load (default here: {}). With --shape auto a load may take a shape "
      "of its own.\n"
      "What holds at a load is taken to hold below it, and no load above a failed one is tried.\n"
      "{}\nExamples:\n"
      "  daris capacity --task-set video-analytics --shape auto -o capacity.json\n"
      "  daris capacity --task-set resnet18-paper --policy daris-batched --contexts 6 --axis tasks\n"
      "  daris capacity --task-set driving --axis rate --duration 20s\n{}",
      kReplications, switches_help(), exit_codes_help());
  return spec;
}

int command_capacity(std::span<const std::string> words) {
  const CommandSpec capacity = capacity_spec();
  const CommandLine line = read_command_line(capacity, words);
  if (line.exit_code) return *line.exit_code;
  const Result<CapacityRequest> request = request_from(line.arguments);
  if (!request.ok()) return fail(request.error());
  SimulatedRunner runner;
  return planning_command(line.arguments, "capacity", kSimulatedGrace,
                          [&](const CapacityProgress& progress) -> Result<PlanForPeople> {
                            DARIS_TRY_ASSIGN(const CapacityFound found,
                                             find_capacity(request.value(), runner, progress));
                            return PlanForPeople{capacity_to_json(found, command_text(capacity, words)),
                                                 capacity_table(found, terminal_width()),
                                                 found.objectives + "\n" + capacity_text(found)};
                          });
}

}  // namespace daris
