// The closed loops that a live run's throughput is compared with (analysis/report/saturation.h), on the run's
// own executor.
#pragma once

#include "base/result.h"
#include "experiment/live/live_measurements.h"
#include "experiment/live/live_scenario.h"

namespace daris {

// Measures before the run; the rates go into the scenario's point. Errors: of the environment, or
// interrupted.
[[nodiscard]] Status saturate_before(const LiveMeasurements& measurements, LiveScenario& scenario);

// Measures after the run and adds the rates. Ends with models of one stage each, for which the scenario gives
// its executor up. If a measurement fails, its figure is missing and there is a warning, since the run is
// done. REQUIRES: saturate_before(); the executor still serves.
void saturate_after(const LiveMeasurements& measurements, LiveScenario& scenario);

}  // namespace daris
