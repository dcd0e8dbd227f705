// The causes of a run's misses, as a document (schema daris.blame) and as a table for people.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "analysis/trace/run_trace.h"
#include "base/json/json_fwd.h"

namespace daris {

// Counts are of counted jobs, as in a report. The document obeys its schema, or the program aborts. `command`
// is for the provenance.
[[nodiscard]] Json blame_to_json(std::span<const BlamedRun> runs, const std::string& command);

// A row for each run, level and group of tasks that missed. Lines take `width_max` columns at most, if names
// are not longer.
[[nodiscard]] std::string blame_table(std::span<const BlamedRun> runs, std::size_t width_max);

}  // namespace daris
