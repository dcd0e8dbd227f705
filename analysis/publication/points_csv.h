// points.csv: all figures of all points, for pandas, R and spreadsheets.
#pragma once

#include <span>
#include <string>

#include "analysis/publication/published.h"

namespace daris {

// A heading, and a row for each point and level (RFC 4180, lines end in a line feed). Columns and their units
// are in docs/formats.md, "Points as a table". What was not measured is an empty cell. Figures are the
// numbers of the reports, digit by digit.
[[nodiscard]] std::string points_csv(const Published& published, std::span<const PublishedPoint> points);

}  // namespace daris
