// Notices time that the host took away from the scheduler's thread (docs/live-reports.md, "The host's gaps").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "drive/host_gap.h"

namespace daris {

// A thread's time falls into pieces of work, each of a kind. A piece that takes longer than 20 us and longer
// than 8 times the usual time of its kind holds a gap: what it took beyond the usual time. The usual time is a
// moving average. A piece counts there with no more than the limit, so that rare gaps hardly move it. Work
// that grows for good becomes usual within some hundred pieces.
//
// Belongs to the run loop. A piece costs a few instructions. Only gaps may allocate.
class HostGaps {
 public:
  enum class Work : std::uint8_t {
    kIdle,       // a turn of the loop that brought nothing, with its pause
    kTurn,       // polling, collecting events and keeping books
    kDecision,   // a step of the policy
    kAdmission,  // telling the executor of a job
    kLaunch,     // a launch in the executor
  };

  HostGaps() { untold_.reserve(kReserved); }

  // The first piece begins at `now`.
  void begin(Time now) { last_ = now; }

  // A piece of that kind ended at `now`, where the next one begins. REQUIRES: begin(); `now` never decreases.
  void end_piece(Work work, Time now) {
    const std::int64_t took = (now - last_).ns();
    last_ = now;
    std::int64_t& usual = usual_64ths_[static_cast<std::size_t>(work)];
    const std::int64_t limit = std::max(kLeastNs, kTimesUsual * usual / kSmoothing);
    if (took > limit) note(work, took - usual / kSmoothing);
    usual += std::min(took, limit) - usual / kSmoothing;
  }

  // Gaps since forget(), in order.
  [[nodiscard]] std::span<const HostGap> untold() const { return untold_; }
  void forget() { untold_.clear(); }

 private:
  static constexpr std::int64_t kLeastNs = 20'000;
  static constexpr std::int64_t kTimesUsual = 8;
  static constexpr std::int64_t kSmoothing = 64;  // pieces that the average reaches back
  static constexpr std::size_t kReserved = 256;

  void note(Work work, std::int64_t taken_ns) {
    const bool in_call = work == Work::kLaunch || work == Work::kAdmission;
    untold_.push_back({last_, Duration::from_ns(taken_ns), in_call});
  }

  Time last_;
  std::array<std::int64_t, 5> usual_64ths_{};  // by kind: the usual time, times kSmoothing
  std::vector<HostGap> untold_;
};

}  // namespace daris
