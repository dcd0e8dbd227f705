// Command lines: what a command takes, parsed by Boost.Program_options, and its help.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace daris {

struct Flag {
  std::string name;      // "load", or "output,o" if it has a letter too
  std::string argument;  // "X"; empty: the flag takes none
  std::string help;
  bool repeated = false;  // may be given several times
  bool written = false;   // its value is a file that the command writes
};

// "output" of "output,o".
[[nodiscard]] std::string_view long_name(const Flag& flag);

struct CommandSpec {
  std::string name;   // "sim"
  std::string usage;  // after "daris sim ": "--task-set FILE|NAME [options]"
  std::string description;
  std::vector<Flag> flags;  // without --help
  std::size_t operands_min = 0;
  std::size_t operands_max = 0;
  std::string operand;  // what one is called in messages: "LOG"
  std::string notes;    // after the options: examples, files, what is special
};

// The flags and operands of one command line. Flags go by their long name.
class Arguments {
 public:
  // Says where a flag that a command lacks belongs, if anywhere.
  using FlagElsewhere = std::optional<std::string> (*)(std::string_view command, std::string_view flag);

  // Errors: an unknown flag (with what `elsewhere` says, or the nearest known one), a missing or unwanted
  // value, too few or too many operands.
  [[nodiscard]] static Result<Arguments> parse(const CommandSpec& spec, std::span<const std::string> words,
                                               FlagElsewhere elsewhere = nullptr);

  [[nodiscard]] bool has(const std::string& flag) const { return flags_.contains(flag); }
  // The value, the last one of a repeated flag; empty if it was not given.
  [[nodiscard]] std::string text(const std::string& flag) const;
  [[nodiscard]] std::vector<std::string> texts(const std::string& flag) const;
  [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }

 private:
  std::map<std::string, std::vector<std::string>> flags_;
  std::vector<std::string> operands_;
};

// Returns the text that --help prints.
[[nodiscard]] std::string help_text(const CommandSpec& spec);

}  // namespace daris
