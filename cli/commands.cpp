#include "cli/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/nearest_name.h"
#include "base/printable_text.h"
#include "base/version.h"
#include "cli/capacity_command.h"
#include "cli/command_line.h"
#include "cli/recommend_command.h"
#include "cli/sweep_command.h"
#include "experiment/run_options.h"

namespace daris {
namespace {

constexpr std::array<Command, 18> kCommands{{
    {"sim", "one configuration, simulated            -> report JSON", command_sim, sim_spec},
    {"run", "one configuration on real hardware      -> report JSON (starts daris-run)", command_run,
     run_spec},
    {"sweep", "a grid of configurations                -> a folder, resumable", command_sweep, sweep_spec},
    {"merge", "folders of sweeps                       -> one report JSON, and a table", command_merge,
     merge_spec},
    {"profile", "measure models on a GPU by CUPTI        -> profile JSON (starts daris-profile)",
     command_profile, nullptr},
    {"calibrate", "fit the contention model to a profile   -> model JSON", command_calibrate, calibrate_spec},
    {"validate", "live reports beside their simulation    -> validation JSON, and tables", command_validate,
     validate_spec},
    {"capacity", "the highest load at which all SLOs hold -> capacity JSON, and a table", command_capacity,
     capacity_spec},
    {"recommend", "backend, shape, bound and highest load     -> recommendation JSON, and a table",
     command_recommend, recommend_spec},
    {"replay", "a log's events through the scheduler    -> decisions must match; exit 1 if not",
     command_replay, replay_spec},
    {"ablations", "what each switch is worth in a report   -> ablations JSON, and a table", command_ablations,
     ablations_spec},
    {"evaluate", "lines of settings, for a search         -> a line of JSON each", command_evaluate,
     evaluate_spec},
    {"check-policy", "a policy on random task sets            -> what it breaks; exit 1 if anything",
     command_check_policy, check_policy_spec},
    {"report", "reports                                 -> figures, tables, CSV, a page", command_report,
     report_spec},
    {"compare", "two reports, figure by figure           -> comparison JSON; exit 1 if worse",
     command_compare, compare_spec},
    {"trace", "event logs                              -> a trace for Perfetto, and why jobs missed",
     command_trace, trace_spec},
    {"list", "policies | models | task-sets | profiles | contention-models | schemas", command_list,
     list_spec},
    {"schema", "print the JSON Schema of a kind of document", command_schema, schema_spec},
}};

std::string help() {
  std::string text =
      program_name() +
      ": an oversubscribed spatio-temporal scheduler for real-time DNN inference on GPUs\n\nUsage:\n";
  for (const Command& command : kCommands)
    text += fmt::format("  daris {:<12} {}\n", command.name, command.summary);
  return text + "\n`daris COMMAND --help` says more; `daris --version` says which program this is.\n" +
         exit_codes_help() + "\n";
}

int print(const std::string& text) { return conclude(write_output("", text)); }

int unknown(const std::string& name) {
  return fail(kBadInput, "unknown command \"" + printable(name) + "\"; " +
                             did_you_mean(name, kCommands, &Command::name) + " See daris --help");
}

}  // namespace

std::optional<std::string> flag_elsewhere(std::string_view command, std::string_view flag) {
  std::vector<std::string> owners;
  for (const Command& other : kCommands) {
    if (other.spec == nullptr || other.name == command) continue;
    const std::vector<Flag> flags = other.spec().flags;
    if (std::any_of(flags.begin(), flags.end(), [&](const Flag& one) { return long_name(one) == flag; }))
      owners.push_back(fmt::format("daris {}", other.name));
  }
  if (owners.empty()) return std::nullopt;
  const auto option = std::find_if(run_options().begin(), run_options().end(),
                                   [&](const RunOption& one) { return one.flag == flag; });
  if (command == "sweep" && option != run_options().end())
    return fmt::format("in a sweep it stands in the file, as \"{}\"", option->key);
  return fmt::format("it belongs to {}", fmt::join(owners, ", "));
}

int run_program(std::span<const std::string> words) {
  if (words.empty()) return fail(kBadInput, "a command is missing\n\n" + help());
  const std::string& name = words.front();
  if (name == "--help" || name == "-h" || name == "help") return print(help());
  if (name == "--version")
    return print(program_name() + (program_commit().empty() ? "" : " (" + program_commit() + ")") + "\n");
  for (const Command& command : kCommands) {
    if (command.name == name) return command.run(words.subspan(1));
  }
  return unknown(name);
}

}  // namespace daris
