// Facts of the machine and the moment. They stand beside results, never in merged ones.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace daris {

[[nodiscard]] std::string now_utc();                        // "2026-01-31T12:00:00Z"
[[nodiscard]] std::optional<std::string> system_release();  // "Debian GNU/Linux 12 (bookworm)"
[[nodiscard]] std::optional<std::string> cpu_model();       // as the kernel names it

// Seconds since it was made.
class StopWatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  }

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace daris
