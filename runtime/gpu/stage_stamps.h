// When stages begin and end, as the GPU sees it: kernels at both ends of a stage read the GPU's own timer, and the one at the end
// writes both times into host memory, where a spinning thread sees them.
#pragma once

#include <cuda.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "policy/time.h"

namespace daris {

// What the GPU writes of one slot, `ended` last. A cache line of its own, so that slots don't disturb each other.
struct alignas(64) StampLine {
  std::uint64_t begin_ns = 0;  // of the GPU's timer; only differences mean anything
  std::uint64_t end_ns = 0;
  std::uint32_t ended = 0;  // stages that have ended in this slot since the board was made

  // The last stage's time, once `stages` of them have ended. Any thread, of any process that shares the memory.
  [[nodiscard]] std::optional<Duration> time_of(std::uint32_t stages) const {
    const std::atomic_ref<const std::uint32_t> seen(ended);
    if (seen.load(std::memory_order_acquire) != stages) return std::nullopt;
    const auto took = static_cast<std::int64_t>(end_ns - begin_ns);
    return Duration::from_ns(took > 0 ? took : 1);
  }
};

// Lines of this process alone.
[[nodiscard]] std::shared_ptr<StampLine[]> make_stamp_lines(std::size_t slots);

// Puts stamps into streams and captures. One slot's stages must follow each other in stream order.
// Threads: one. Throws GpuError.
class StampBoard {
 public:
  // `lines`: one a slot, whole pages; the board has them mapped for the GPU, and zeroes them.
  StampBoard(std::shared_ptr<StampLine[]> lines, std::size_t slots);
  ~StampBoard();
  StampBoard(const StampBoard&) = delete;
  StampBoard& operator=(const StampBoard&) = delete;

  // The stage in `slot` begins here, unless it has begun already: copies that come before its graph begin it.
  [[nodiscard]] CUresult enqueue_begin(CUstream stream, std::size_t slot) const noexcept;
  [[nodiscard]] CUresult enqueue_end(CUstream stream, std::size_t slot) const noexcept;

  [[nodiscard]] const StampLine& line(std::size_t slot) const { return lines_[slot]; }

 private:
  std::shared_ptr<StampLine[]> lines_;
  CUdeviceptr device_lines_ = 0;
  void* states_ = nullptr;  // by slot, in device memory
};

}  // namespace daris
