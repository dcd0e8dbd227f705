#include "cli/commands.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <vector>

#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/nearest_name.h"
#include "base/printable_text.h"
#include "base/version.h"
#include "cli/command_line.h"

namespace daris {
namespace {

constexpr std::array<Command, 18> kCommands{{
    {"sim", "one configuration, simulated            -> report JSON", command_sim},
    {"run", "one configuration on real hardware      -> report JSON (starts daris-run)", command_run},
    {"sweep", "a grid of configurations                -> a folder, resumable", command_sweep},
    {"merge", "folders of sweeps                       -> one report JSON, and a table", command_merge},
    {"profile", "measure models on a GPU by CUPTI        -> profile JSON (starts daris-profile)",
     command_profile},
    {"calibrate", "fit the contention model to a profile   -> model JSON", command_calibrate},
    {"validate", "live reports beside their simulation    -> validation JSON, and tables", command_validate},
    {"capacity", "the highest load at which all SLOs hold -> capacity JSON, and a table", command_capacity},
    {"recommend", "backend, shape, bound and highest load     -> recommendation JSON, and a table",
     command_recommend},
    {"replay", "a log's events through the scheduler    -> decisions must match; exit 1 if not",
     command_replay},
    {"ablations", "what each switch is worth in a report   -> ablations JSON, and a table",
     command_ablations},
    {"evaluate", "lines of settings, for a search         -> a line of JSON each", command_evaluate},
    {"check-policy", "a policy on random task sets            -> what it breaks; exit 1 if anything",
     command_check_policy},
    {"report", "reports                                 -> figures, tables, CSV, a page", command_report},
    {"compare", "two reports, figure by figure           -> comparison JSON; exit 1 if worse",
     command_compare},
    {"trace", "event logs                              -> a trace for Perfetto, and why jobs missed",
     command_trace},
    {"list", "policies | models | task-sets | profiles | contention-models | schemas", command_list},
    {"schema", "print the JSON Schema of a kind of document", command_schema},
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
