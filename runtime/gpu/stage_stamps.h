// Stamps begin and end of stages. The GPU writes both to host memory, where a spinning thread sees them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.h"

namespace daris {

// Holds what the GPU writes for one slot, `ended` last. It has a cache line of its own, so that slots don't
// disturb each other.
struct alignas(64) StampLine {
  std::uint64_t begin_ns = 0;  // by the GPU's timer; only differences mean anything
  std::uint64_t end_ns = 0;
  std::uint32_t ended = 0;  // stages that have ended in this slot since the lines were made

  // The last stage's time; nullopt until `stages` stages have ended. Threads: any, of any process that shares
  // the memory.
  [[nodiscard]] std::optional<Duration> time_of(std::uint32_t stages) const {
    const std::atomic_ref<const std::uint32_t> seen(ended);
    if (seen.load(std::memory_order_acquire) != stages) return std::nullopt;
    const auto took = static_cast<std::int64_t>(end_ns - begin_ns);
    return Duration::from_ns(took > 0 ? took : 1);
  }
};

// Makes one line a slot, in whole pages of this process alone.
[[nodiscard]] std::shared_ptr<StampLine[]> make_stamp_lines(std::size_t slots);

}  // namespace daris
