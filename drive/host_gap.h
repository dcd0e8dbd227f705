// Time that the host took away from the thread that drives a live run.
#pragma once

#include "base/time.h"

namespace daris {

// The thread did not get on in (until - taken, until], beyond what its own work explains. The host may have
// run something else on its core, or a hypervisor may have stopped the whole machine.
struct HostGap {
  Time until;
  Duration taken;  // 0 < taken
  // It was seen in a call that gives work to the GPU. So it may have been the driver that took longer.
  bool in_call = false;

  [[nodiscard]] Time begin() const { return until - taken; }
};

}  // namespace daris
