// The `results` and `confidence` of a report's point.
#pragma once

#include <optional>
#include <span>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "base/json/json_fwd.h"

namespace daris {

// 10 significant digits, as all figures of a report have.
[[nodiscard]] Json rounded_or_null(std::optional<double> value);

// The interval of a miss rate is the exact one (Clopper-Pearson) if there is one run. For several it is the
// hull of the exact interval of the pooled counts and Student's t interval of the replications' rates. So it
// is neither empty if all rates are zero, nor too narrow if jobs of one run miss together.
// REQUIRES: `replications` is not empty.
[[nodiscard]] Json results_to_json(const RunDescription& run, std::span<const RunResults> replications);

// Half widths of 95% Student's t intervals, and the values that they are made of, by replication. A half
// width is null if fewer than two replications have a value. REQUIRES: `replications` is not empty.
[[nodiscard]] Json confidence_to_json(const RunDescription& run, std::span<const RunResults> replications);

}  // namespace daris
