// Pins threads to cores: the scheduler has one of its own, and others keep off it.
#pragma once

#include <sched.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace daris {

// Keeps the calling thread on one core for as long as it lives.
class CorePin {
 public:
  // If there is no core or the system refuses, the thread stays as it is; pinned() tells.
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

// The highest core that the calling thread may run on, since the system puts its own work on the first ones.
// Returns nullopt if the thread may run on one core alone, which it must then share.
[[nodiscard]] std::optional<std::uint32_t> last_core();

// From now on the calling thread, and any thread that it makes, stays off `core`. It also stays off the
// core's neighbours of simultaneous multithreading, which share its caches and units. If nothing else is
// left, the neighbours are allowed. If still nothing is left, if there is no core, or if the system refuses,
// nothing changes.
void keep_off(std::optional<std::uint32_t> core);

// The core on which this process runs its schedulers, one after another. It is chosen at the first call: the
// highest that no other process has claimed (runtime/core_claim.h), or last_core() if all are taken. Each
// call keeps its thread off that core. So whatever is made before a run leaves the core alone, threads of
// libraries and worker processes too.
[[nodiscard]] std::optional<std::uint32_t> claim_scheduler_core();

// Claims a core for each of so many workers, from the highest free one down, of those that the calling thread
// may run on. One free core is left to spare for all else. Returns none, and claims none, if there are too
// few.
[[nodiscard]] std::vector<std::uint32_t> claim_worker_cores(std::size_t workers);

// The cores of a list as Linux writes it, "0-2,8". Empty for any other text.
[[nodiscard]] std::vector<std::uint32_t> cores_in(std::string_view list);

}  // namespace daris
