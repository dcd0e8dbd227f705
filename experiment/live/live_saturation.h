// The closed loops that a live run's throughput is compared with (analysis/report/saturation.h), on the run's
// own executor.
#pragma once

#include "base/result.h"
#include "experiment/live/live_measurements.h"
#include "experiment/live/live_scenario.h"

namespace daris {

// What is measured before the run goes into the scenario's point. Errors: of the environment, or interrupted.
[[nodiscard]] Status saturate_before(const LiveMeasurements& measurements, LiveScenario& scenario);

// Adds what is measured after the run; ends with the models as one stage each, for which the scenario gives
// its executor up. What fails here leaves a warning and a figure out, since the run is done. REQUIRES:
// saturate_before(); the executor still serves.
void saturate_after(const LiveMeasurements& measurements, LiveScenario& scenario);

}  // namespace daris
