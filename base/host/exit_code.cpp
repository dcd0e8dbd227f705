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

void note(std::string_view message) { print_line(std::string(message)); }

}  // namespace daris
