// Does what every command does with its words before its own work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "cli/arguments.h"

namespace daris {

inline constexpr std::uint64_t kThreadsMax = 1024;

struct CommandLine {
  Arguments arguments;
  // Set if there is nothing more to do: help was printed, or the words were wrong.
  std::optional<int> exit_code;
};
[[nodiscard]] CommandLine read_command_line(const CommandSpec& spec, std::span<const std::string> words);

// The value of --threads; by default all cores. Errors: it is not a number from 1 to kThreadsMax.
[[nodiscard]] Result<std::size_t> threads_from(const Arguments& arguments);

// The value of a flag that takes a share, such as 0.2 or 20%; nullopt if it was not given. Errors: it is no
// number of the range.
struct ShareRange {
  double least = 0;
  double most = 1;
};
[[nodiscard]] Result<std::optional<double>> share_from(const Arguments& arguments, const std::string& flag,
                                                       ShareRange range);

// The value of --budget; nullopt if it was not given. Errors: it is no time above 0.
[[nodiscard]] Result<std::optional<Duration>> budget_from(const Arguments& arguments);

// "daris sim --load 1.5", for provenance. Words with blanks and the like stand in quotes.
[[nodiscard]] std::string command_text(const CommandSpec& spec, std::span<const std::string> words);

// The exit codes, for the end of a help text.
[[nodiscard]] std::string exit_codes_help();

}  // namespace daris
