// For tests without a GPU: the backend mps over workers that only pretend (fake_worker.cpp), and a look at its processes.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "runtime/mps/mps_backend.h"
#include "tests/analysis/temporary_folder.h"
#include "tests/profiles/gpu/fake_mps_control.h"

namespace daris::testing {

struct FakeGpu {
  TemporaryFolder folder;
  FakeMpsControl control{folder / "."};
  MpsBackend backend{MpsMachine{{}, 132, 0, {DARIS_FAKE_WORKER}}};
};

// Processes that run `program`, children of `parent`. In the order of their starts.
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
