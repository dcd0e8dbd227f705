// What a comparison found, as a document and as tables for people.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/comparison/comparison.h"
#include "base/json/json_fwd.h"

namespace daris {

// The document, schema daris.comparison. It obeys its schema, or the program aborts. `command` is for the
// provenance.
[[nodiscard]] Json comparison_to_json(const Comparison& comparison, const ComparedReport& before,
                                      const ComparedReport& after, const ComparisonSettings& settings,
                                      const std::string& command);

// How many points got better and worse, by figure. Lines take `width_max` columns at most, if names are not
// longer.
[[nodiscard]] std::string comparison_summary(const Comparison& comparison, std::size_t width_max);

// A section for each point, with a row for each figure. With `only_changes`, rows of figures that are neither
// better nor worse are left out, and points without any other are too. Empty if nothing is left.
[[nodiscard]] std::string comparison_table(const Comparison& comparison, bool only_changes,
                                           std::size_t width_max);

}  // namespace daris
