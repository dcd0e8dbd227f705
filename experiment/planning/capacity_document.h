// A capacity as a document (schema daris.capacity), and as tables for people.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "base/json/json_fwd.h"
#include "experiment/planning/capacity_search.h"
#include "experiment/planning/live_capacity.h"

namespace daris {

// Null if a file lists the contexts.
[[nodiscard]] Json shape_or_null(const std::optional<Shape>& shape);

[[nodiscard]] Json breaches_to_json(const Verdict& verdict);

// One trial as documents have it: what was asked, what held, and what broke.
[[nodiscard]] Json trial_to_json(const CapacityTrial& trial);

// Of a provenance what equal inputs make equal.
[[nodiscard]] Json planning_provenance(Provenance provenance, const std::string& command);

// `command` is what the user typed; `live` may be null. The document validates against its schema; if it did
// not, this aborts.
[[nodiscard]] Json capacity_to_json(const CapacityFound& found, const std::string& command,
                                    const LiveCapacity* live = nullptr);

// Trials of a search, ascending by load. Lines take `width_max` columns at most.
[[nodiscard]] std::string trials_table(const std::vector<CapacityTrial>& trials, LoadAxis axis,
                                       std::size_t width_max);

// The trials, ascending by load, and what they came to. Lines take `width_max` columns at most.
[[nodiscard]] std::string capacity_table(const CapacityFound& found, std::size_t width_max);

// One line for each level: the shares of its jobs that were rejected and missed. "-" stands for a share of
// no jobs.
[[nodiscard]] std::vector<std::string> loss_lines(const CapacityTrial& trial);

// One line: the bracket, and what breaks first.
[[nodiscard]] std::string capacity_text(const CapacityFound& found);

}  // namespace daris
