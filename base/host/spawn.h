// Starting another program, beside this process or in its place.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace daris {

// The file that this process runs.
[[nodiscard]] std::string this_program();

// Names and values of environment variables.
using Environment = std::vector<std::pair<std::string, std::string>>;

// Says how a process is started. A stream that is absent is /dev/null.
struct SpawnRequest {
  std::vector<std::string> words;    // the first is the program's file
  Environment environment;           // of the process
  bool inherits_environment = true;  // all other variables are those of this process
  std::optional<int> input;          // descriptors of this process
  std::optional<int> output;
  std::optional<int> errors;
  std::optional<int> descriptor;  // stays open in the process, as number kSpawnDescriptor
  // Sent to the process by the kernel if the thread that starts it ends. 0: it outlives this process, in a
  // session of its own.
  int signal_at_owners_end = 0;
};
inline constexpr int kSpawnDescriptor = 3;

// Starts it in a process group of its own, so that a terminal's Ctrl-C does not reach it. If its file can't
// be run, it ends with exit status 127. Threads: any. Errors: of the environment, no process.
[[nodiscard]] Result<pid_t> spawn(const SpawnRequest& request);

// Goes on as the program of `words`, the first of which is its file. Signals that end a program wait until it
// calls catch_interrupts(). Returns only if that fails, with the system's reason.
[[nodiscard]] std::string become_program(const std::vector<std::string>& words);

}  // namespace daris
