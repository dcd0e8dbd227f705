// How a printed table that is too wide for a page is split.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/publication/printed_table.h"

namespace daris {

// Indices of the columns of each part, ascending. One part has all columns if these fit into `width_max`, or
// if the table has no key columns. Otherwise each part has the key columns and as many of the others as fit,
// at least one. A group stays together if it fits into a part. `widths` are those of all columns, in the unit
// of `width_max`. REQUIRES: as many widths as columns.
[[nodiscard]] std::vector<std::vector<std::size_t>> table_parts(const PrintedTable& table,
                                                                std::span<const std::size_t> widths,
                                                                std::size_t width_max);

}  // namespace daris
