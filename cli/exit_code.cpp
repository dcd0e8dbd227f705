#include "cli/exit_code.h"

#include <fmt/format.h>

#include <cstdio>

namespace daris {

int fail(ExitCode code, std::string_view message) {
  fmt::print(stderr, "daris: {}\n", message);
  return code;
}

void note(std::string_view message) { fmt::print(stderr, "{}\n", message); }

}  // namespace daris
