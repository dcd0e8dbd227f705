// How near a live run came to what its slots can do at most: throughput beside closed loops of the same jobs.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "base/json/json.h"

namespace daris {

// Jobs per second of a closed loop: every slot is refilled the moment its job is done. What was not measured
// is absent.
struct SaturationRates {
  std::optional<double> before;  // the run
  std::optional<double> after;
};

// Task groups of equal model, precision, batch and weights.
struct SaturationClass {
  std::vector<std::size_t> groups;  // indices into RunDescription::groups
  SaturationRates rates;            // of a loop of the class's jobs alone
};

// In the run's slots, precision and copy setting.
struct SlotSaturation {
  SaturationRates rates;              // all tasks in turn
  std::optional<double> whole_model;  // the same in the same partitions where each model is one stage
  std::vector<SaturationClass> classes;
};

// The sum over classes of completed jobs per second, over the mean of the class's rates: for one class
// throughput over saturation. Nothing where a class has no rate. REQUIRES: `results` are of `run`, several
// replications pooled.
[[nodiscard]] std::optional<double> saturation_share(const SlotSaturation& saturation,
                                                     const RunResults& results);

// Says, for a person, that before and after lie more than 5% of the larger apart: the machine changed while
// the run was measured.
[[nodiscard]] std::optional<std::string> drift_warning(const SaturationRates& rates);

// The `saturation` of a report's point. REQUIRES: `replications` is not empty.
[[nodiscard]] Json saturation_to_json(const SlotSaturation& saturation, const RunDescription& run,
                                      std::span<const RunResults> replications);

}  // namespace daris
