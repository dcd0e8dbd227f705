// Work of somebody else's code in a copy of this process. What crashes or hangs there ends the copy alone.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace daris {

struct ApartOptions {
  std::optional<std::chrono::milliseconds>
      patience;        // then the copy is killed; nullopt: it may take any time
  bool quiet = false;  // its output goes nowhere
};

// How the copy ended.
struct ApartEnding {
  int exit_status = 0;  // what `work` returned, if nothing below is so
  int signal = 0;       // that killed it; 0: none
  bool out_of_time = false;

  // "crashes (signal 11, Segmentation fault)", "does not come to its end"; empty if `work` returned.
  [[nodiscard]] std::string trouble() const;
};

// Runs `work` in the copy, and waits for its end. No destructor of the copy's runs after that. A signal that
// asks programs to end ends the copy at once, and so does an exception (signal 6). REQUIRES: no other thread
// holds what `work` needs. Errors: of the environment, there was no process.
[[nodiscard]] Result<ApartEnding> run_apart(const std::function<int()>& work, const ApartOptions& options);

}  // namespace daris
