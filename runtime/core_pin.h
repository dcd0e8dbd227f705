// Which cores threads run on: the scheduler has one of its own, and others keep off it.
#pragma once

#include <sched.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace daris {

// Keeps the calling thread on one core for as long as it lives.
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

// The cores that the calling thread may run on, ascending.
[[nodiscard]] std::vector<std::uint32_t> allowed_cores();

// The highest core that the calling thread may run on: the first ones are where the system puts its own work.
// Nothing where it may run on one core alone, which it must then share.
[[nodiscard]] std::optional<std::uint32_t> last_core();

// From now on the calling thread, and any that it makes, run on none of the hardware threads of that core:
// neither on `core` nor on its neighbours of simultaneous multithreading, which share its caches and units.
// Where nothing else is left the neighbours are allowed; where still nothing is, where there is no core or
// the system refuses, nothing changes.
void keep_off(std::optional<std::uint32_t> core);

// last_core() of the first call in this process: where schedulers run, one after another. Each call keeps its
// thread off it, so what is made before a run, libraries' threads and worker processes too, leaves it alone.
[[nodiscard]] std::optional<std::uint32_t> claim_scheduler_core();

// A core for each of so many workers, from the highest of `allowed` down, so that one is to spare for all
// else. Empty where there are too few.
[[nodiscard]] std::vector<std::uint32_t> cores_for_workers(std::span<const std::uint32_t> allowed,
                                                           std::size_t workers);

// The cores of a list as Linux writes it, "0-2,8"; nothing for another text.
[[nodiscard]] std::vector<std::uint32_t> cores_in(std::string_view list);

}  // namespace daris
