// Exit codes, and how a command says what went wrong. Scripts rely on them.
#pragma once

#include <string_view>

namespace daris {

enum ExitCode : int {
  kDone = 0,
  kCheckFailed = 1,    // ran, and the check it was asked for failed
  kBadInput = 2,       // usage or input
  kEnvironment = 3,    // no GPU, full disk, a program that is missing
  kInterrupted = 130,  // what was measured is kept
};

// Prints "daris: MESSAGE" to standard error and gives `code` back.
[[nodiscard]] int fail(ExitCode code, std::string_view message);

// Prints the message alone, for what is no error.
void note(std::string_view message);

}  // namespace daris
