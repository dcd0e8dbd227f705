// Tells how near a live run came to the most that its slots can do. Its throughput stands beside closed loops
// of the same jobs.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "base/json/json_fwd.h"

namespace daris {

// Jobs per second of a closed loop, in which each slot is refilled as soon as its job is done. A rate that
// was not measured is absent.
struct SaturationRates {
  std::optional<double> before;  // before the run
  std::optional<double> after;   // after it
};

// Task groups of equal model, precision, batch and weights.
struct SaturationClass {
  std::vector<std::size_t> groups;  // indices into RunDescription::groups
  SaturationRates rates;            // of a loop of the class's jobs alone
};

// All rates are of the run's slots, precision and copy setting.
struct SlotSaturation {
  SaturationRates rates;              // of a loop that takes all tasks in turn
  std::optional<double> whole_model;  // the same if each model is one stage
  std::vector<SaturationClass> classes;
};

// The sum over classes of completed jobs per second over the mean of the class's rates. For one class that is
// throughput over saturation. Returns nullopt if a class has no rate. REQUIRES: `results` are those of the
// run, pooled if there are several replications.
[[nodiscard]] std::optional<double> saturation_share(const SlotSaturation& saturation,
                                                     const RunResults& results);

// A warning for people if the two rates differ by more than 5% of the larger one: the machine changed while
// the run was measured. Returns nullopt if they do not, or if one is absent.
[[nodiscard]] std::optional<std::string> drift_warning(const SaturationRates& rates);

// The `saturation` of a report's point. REQUIRES: `replications` is not empty.
[[nodiscard]] Json saturation_to_json(const SlotSaturation& saturation, const RunDescription& run,
                                      std::span<const RunResults> replications);

}  // namespace daris
