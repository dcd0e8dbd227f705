// What every command does with its words before its own work.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "cli/arguments.h"

namespace daris {

struct CommandLine {
  Arguments arguments;
  std::optional<int>
      exit_code;  // set: there is nothing more to do (help was printed, or the words were wrong)
};
[[nodiscard]] CommandLine read_command_line(const CommandSpec& spec, std::span<const std::string> words);

// --threads, all cores by default. Errors: not a number from 1 to 1024.
[[nodiscard]] Result<std::size_t> threads_from(const Arguments& arguments);

// "daris sim --load 1.5", for provenance; words with blanks and such in quotes.
[[nodiscard]] std::string command_text(const CommandSpec& spec, std::span<const std::string> words);

// Prints the message and gives the exit code of the error's kind: kBadInput or kEnvironment.
[[nodiscard]] int fail(const Error& error);

// The exit codes, for the end of a help text.
[[nodiscard]] std::string exit_codes_help();

}  // namespace daris
