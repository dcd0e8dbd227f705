// The `results` and `confidence` of a report's point.
#pragma once

#include <optional>
#include <span>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "base/json/json.h"

namespace daris {

// As every figure of a report: 10 significant digits.
[[nodiscard]] Json rounded_or_null(std::optional<double> value);

// REQUIRES for both: `replications` is not empty.
// A miss rate's interval: one run: exact (Clopper-Pearson). Several: the hull of the exact interval of the
// pooled counts and Student's t interval of the replications' rates, so that it is neither empty where all
// rates are zero nor too narrow where jobs of one run miss together.
[[nodiscard]] Json results_to_json(const RunDescription& run, std::span<const RunResults> replications);

// Half widths of 95% Student's t intervals, and the values that they are made of, by replication. A half
// width is null where fewer than two replications have a value.
[[nodiscard]] Json confidence_to_json(const RunDescription& run, std::span<const RunResults> replications);

}  // namespace daris
