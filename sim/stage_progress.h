// How far the stage in each slot has come, and when it will end at the speed that it has now.
//
// A stage goes on at 1 / slow-down. If its slow-down changes, what is left of its time alone is computed
// anew. As long as it holds, the instant of the end is left alone. That instant is rounded to a nanosecond,
// from what is left in doubles. All slots are computed side by side. Instants are whole numbers in doubles,
// and exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "sim/lanes.h"

namespace daris {

// One owner, one thread. Allocates only in the constructor.
class StageProgress {
 public:
  explicit StageProgress(std::size_t slots);

  // A stage of `alone_ns` begins at `now`. Its slow-down comes with the next advance().
  void begin(std::uint32_t slot, double alone_ns, Time now);
  // The stage in the slot has ended, or was lost.
  void end(std::uint32_t slot) { marks_[slot] = 0; }

  // From `now` on the stages have these slow-downs, by slot. REQUIRES: lanes::padded() entries; those of
  // slots without a stage may be anything.
  void advance(Time now, const double* slowdowns);

  // These two are by slot, of lanes::padded() entries: ~0 if a stage runs there, or else 0.
  [[nodiscard]] const std::uint64_t* marks() const { return marks_.data(); }
  // The instant at which its stage ends, in whole nanoseconds, and later than the last advance(). Anything if
  // none runs there.
  [[nodiscard]] const double* ends_ns() const { return ends_ns_.data(); }

 private:
  std::vector<std::uint64_t> marks_;
  std::vector<double> remaining_ns_;  // what is left of the time alone, at `updated_ns_`
  std::vector<double> slowdown_;
  std::vector<double> updated_ns_;
  std::vector<double> ends_ns_;
};

}  // namespace daris
