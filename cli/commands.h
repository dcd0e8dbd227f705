// The commands of `daris`, one file each.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/arguments.h"

namespace daris {

struct Command {
  std::string_view name;
  std::string_view summary;
  // Takes the words after the command's name; returns an exit code (base/host/exit_code.h).
  int (*run)(std::span<const std::string> words);
  CommandSpec (*spec)();  // null: a program of its own knows it
};

// The entry point of the program: runs the command that the whole command line names. Returns its exit code.
[[nodiscard]] int run_program(std::span<const std::string> words);

// Says where a flag that `command` lacks belongs; nullopt if no command has it. It is for messages.
[[nodiscard]] std::optional<std::string> flag_elsewhere(std::string_view command, std::string_view flag);

int command_sim(std::span<const std::string> words);
int command_run(std::span<const std::string> words);
int command_sweep(std::span<const std::string> words);
int command_merge(std::span<const std::string> words);
int command_profile(std::span<const std::string> words);
int command_calibrate(std::span<const std::string> words);
int command_replay(std::span<const std::string> words);
int command_capacity(std::span<const std::string> words);
int command_recommend(std::span<const std::string> words);
int command_validate(std::span<const std::string> words);
int command_report(std::span<const std::string> words);
int command_ablations(std::span<const std::string> words);
int command_evaluate(std::span<const std::string> words);
int command_check_policy(std::span<const std::string> words);
int command_compare(std::span<const std::string> words);
int command_trace(std::span<const std::string> words);
int command_list(std::span<const std::string> words);
int command_schema(std::span<const std::string> words);

[[nodiscard]] CommandSpec sim_spec();
[[nodiscard]] CommandSpec run_spec();
[[nodiscard]] CommandSpec merge_spec();
[[nodiscard]] CommandSpec calibrate_spec();
[[nodiscard]] CommandSpec replay_spec();
[[nodiscard]] CommandSpec validate_spec();
[[nodiscard]] CommandSpec report_spec();
[[nodiscard]] CommandSpec ablations_spec();
[[nodiscard]] CommandSpec evaluate_spec();
[[nodiscard]] CommandSpec check_policy_spec();
[[nodiscard]] CommandSpec compare_spec();
[[nodiscard]] CommandSpec trace_spec();
[[nodiscard]] CommandSpec list_spec();
[[nodiscard]] CommandSpec schema_spec();

}  // namespace daris
