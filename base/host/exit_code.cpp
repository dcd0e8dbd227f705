#include "base/host/exit_code.h"

#include <iostream>
#include <string>

#include "base/printable_text.h"

namespace daris {
namespace {

// One write, so that lines of several threads do not mix.
void print_line(std::string_view line) { std::cerr << printable_lines(line) + '\n' << std::flush; }

}  // namespace

int fail(ExitCode code, std::string_view message) {
  print_line("daris: " + std::string(message));
  return code;
}

int fail(const Error& error) {
  return fail(error.kind == ErrorKind::kEnvironment ? kEnvironment : kBadInput, printable(error.message));
}

int conclude(const Status& status) { return status.ok() ? static_cast<int>(kDone) : fail(status.error()); }

void note(std::string_view message) { print_line(message); }

}  // namespace daris
