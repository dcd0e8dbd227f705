// Keeps the calling thread on one core for as long as it lives.
#pragma once

#include <sched.h>

#include <cstdint>
#include <optional>

namespace daris {

class CorePin {
 public:
  // Without a core, or where the system refuses, the thread stays as it is: pinned() tells.
  explicit CorePin(std::optional<std::uint32_t> core);
  ~CorePin();
  CorePin(const CorePin&) = delete;
  CorePin& operator=(const CorePin&) = delete;

  [[nodiscard]] bool pinned() const { return pinned_; }

 private:
  cpu_set_t before_{};
  bool pinned_ = false;
};

// The highest core that this process may run on: the first ones are where the system puts its own work. Nothing where it may
// run on one core alone, which the thread must then share.
[[nodiscard]] std::optional<std::uint32_t> last_core();

}  // namespace daris
