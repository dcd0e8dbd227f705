// daris-profile: what `daris profile` starts. Started with --worker, it is its own worker
// (worker_process.h).
#include <iostream>
#include <string>
#include <vector>

#include "base/host/child_process.h"
#include "base/host/exit_code.h"
#include "base/host/program.h"
#include "profiles/profiler/gpu/worker.h"
#include "profiles/profiler/options.h"
#include "profiles/profiler/profiler.h"

namespace {

std::string command_of(const std::vector<std::string>& arguments) {
  std::string command = "daris profile";
  for (const std::string& argument : arguments) command += " " + argument;
  return command;
}

int run(const std::vector<std::string>& arguments) {
  const auto options = daris::parse_profiler_options(arguments);
  if (!options.ok()) return daris::fail(options.error());
  if (options.value().help) {
    std::cout << daris::profiler_help();
    return daris::kDone;
  }
  return daris::run_profiler(options.value(), daris::this_program(), command_of(arguments));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--worker") {
    const auto role = daris::parse_worker_role(arguments[1]);
    if (role.ok()) return daris::run_worker(role.value());
    return daris::fail(role.error());
  }
  return daris::run_as_program([&] { return run(arguments); });
}
