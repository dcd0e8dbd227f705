// The commands of `daris`, one file each.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace daris {

struct Command {
  std::string_view name;
  std::string_view summary;
  // Takes the words after the command's name; returns an exit code (base/host/exit_code.h).
  int (*run)(std::span<const std::string> words);
};

// The entry point of the program: runs the command that the whole command line names. Returns its exit code.
[[nodiscard]] int run_program(std::span<const std::string> words);

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

}  // namespace daris
