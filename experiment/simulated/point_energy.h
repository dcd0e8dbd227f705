// The energy of a simulated point, by a power model.
#pragma once

#include "base/json/json_fwd.h"
#include "experiment/scenario.h"
#include "sim/power_model.h"

namespace daris {

// What the GPU did in the windows of `point`, the report's point of `scenario`.
[[nodiscard]] GpuActivity activity_of(const Scenario& scenario, const Json& point);

// Fills in the point's `energy_j_per_job`. It stays null, and a warning says why, if the model lacks a
// network. A model of another GPU than `gpu` is a warning too.
void add_energy(const PowerModel& model, const std::string& gpu, const Scenario& scenario, Json& point);

}  // namespace daris
