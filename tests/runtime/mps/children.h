// For tests: finds the processes that there are.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace daris::testing {

// Children of `parent` that run `program`, in the order of their starts.
inline std::vector<pid_t> children_that_run(const std::string& program, pid_t parent = ::getpid()) {
  std::vector<pid_t> found;
  const std::string tasks = "/proc/" + std::to_string(parent) + "/task";
  for (const auto& thread : std::filesystem::directory_iterator(tasks)) {
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;) {
      std::string command;
      std::getline(std::ifstream("/proc/" + std::to_string(child) + "/cmdline"), command, '\0');
      if (command == program) found.push_back(child);
    }
  }
  return found;
}

}  // namespace daris::testing
