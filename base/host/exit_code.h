// Exit codes, and how a command says what went wrong. Scripts rely on the codes (docs/formats.md, "Exit
// codes").
#pragma once

#include <string_view>

#include "base/result.h"

namespace daris {

enum ExitCode : int {
  kDone = 0,
  kCheckFailed = 1,    // the command ran, but the check that it was asked for failed
  kBadInput = 2,       // wrong usage or input
  kEnvironment = 3,    // no GPU, a full disk, a missing program
  kInterrupted = 130,  // what was measured is kept
};

// Prints "daris: MESSAGE" to standard error and returns `code`. What a terminal would obey is written out
// (base/printable_text.h).
[[nodiscard]] int fail(ExitCode code, std::string_view message);

// The same for the message of `error`, on one line, with the code of its kind: kBadInput or kEnvironment.
[[nodiscard]] int fail(const Error& error);

// kDone if `status` has no error, else as fail().
[[nodiscard]] int conclude(const Status& status);

// Prints a message that is not an error to standard error, without "daris: ", as fail() does.
void note(std::string_view message);

}  // namespace daris
