// daris-profile: what `daris profile` starts. Also its own worker, when started with --worker
// (worker_process.h).
#include <iostream>
#include <string>
#include <vector>

#include "base/host/child_process.h"
#include "profiles/profiler/gpu/worker.h"
#include "profiles/profiler/options.h"
#include "profiles/profiler/profiler.h"

namespace {

std::string command_of(const std::vector<std::string>& arguments) {
  std::string command = "daris profile";
  for (const std::string& argument : arguments) command += " " + argument;
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int kUsage = 2;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--worker") {
    const auto role = daris::parse_worker_role(arguments[1]);
    if (role.ok()) return daris::run_worker(role.value());
    std::cerr << "daris-profile: " << role.error().message << "\n";
    return kUsage;
  }
  const auto options = daris::parse_profiler_options(arguments);
  if (!options.ok()) {
    std::cerr << "daris-profile: " << options.error().message << "\n";
    return kUsage;
  }
  if (options.value().help) {
    std::cout << daris::profiler_help();
    return 0;
  }
  return daris::run_profiler(options.value(), daris::this_program(), command_of(arguments));
}
