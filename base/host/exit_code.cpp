#include "base/host/exit_code.h"

#include <iostream>
#include <string>

namespace daris {
namespace {

// One write, so that lines of several threads do not mix.
void print_line(std::string line) {
  line += '\n';
  std::cerr << line << std::flush;
}

}  // namespace

int fail(ExitCode code, std::string_view message) {
  print_line("daris: " + std::string(message));
  return code;
}

int fail(const Error& error) {
  return fail(error.kind == ErrorKind::kEnvironment ? kEnvironment : kBadInput, error.message);
}

int conclude(const Status& status) { return status.ok() ? static_cast<int>(kDone) : fail(status.error()); }

void note(std::string_view message) { print_line(std::string(message)); }

}  // namespace daris
