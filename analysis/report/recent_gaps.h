// Says whether the host's gaps explain why a job was late.
#pragma once

#include <span>
#include <vector>

#include "base/time.h"
#include "drive/host_gap.h"

namespace daris {

// Keeps the last few thousand gaps of a run.
class RecentGaps {
 public:
  // REQUIRES: gaps are added in order.
  void add(std::span<const HostGap> gaps);

  // True if one gap took at least `lateness`, and lay within the job's time at least in part. Without that
  // gap the job might have been in time, so it is no proof that the host alone made it late.
  [[nodiscard]] bool explain(Time nominal_release, Time completed, Duration lateness) const;

 private:
  std::vector<HostGap> gaps_;
};

}  // namespace daris
