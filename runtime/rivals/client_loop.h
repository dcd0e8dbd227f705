// What a client does in a point: an urgent one runs its network at a rate, the others in a closed loop.
#pragma once

#include <cstdint>
#include <vector>

namespace daris {

// Runs one job at a time. Threads: one.
class RivalEngine {
 public:
  virtual ~RivalEngine() = default;
  virtual void launch() = 0;               // may throw std::exception
  [[nodiscard]] virtual bool ended() = 0;  // the job's outputs are on the host
};

// Instants are of the monotonic clock (runtime/mps/monotonic_ns.h), which all processes share.
struct LoopPlan {
  std::int64_t begin_ns = 0;
  std::int64_t window_ns = 0;  // from here on it counts
  std::int64_t end_ns = 0;
  std::int64_t period_ns = 0;  // 0: a closed loop

  friend bool operator==(const LoopPlan&, const LoopPlan&) = default;
};

// Moments in which the spinning thread did not run, or a call of CUDA took long.
struct HostGaps {
  std::uint64_t count = 0;  // of at least kGapNs
  std::int64_t longest_ns = 0;
  std::int64_t sum_ns = 0;

  friend bool operator==(const HostGaps&, const HostGaps&) = default;
};
inline constexpr std::int64_t kGapNs = 20'000;

struct LoopResult {
  std::uint64_t jobs = 0;                  // at a rate: released in the window; closed loop: ended in it
  std::vector<std::int64_t> responses_ns;  // at a rate: from the nominal release on, in order of release
  HostGaps gaps;                           // in the window

  friend bool operator==(const LoopResult&, const LoopResult&) = default;
};

// Spins until the plan's end. At a rate, job k is released at begin + k * period. A job that ends after the
// next release makes that one late, and its response counts from its release all the same.
[[nodiscard]] LoopResult run_loop(RivalEngine& engine, const LoopPlan& plan);

}  // namespace daris
