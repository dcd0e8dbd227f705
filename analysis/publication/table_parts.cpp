#include "analysis/publication/table_parts.h"

#include <algorithm>
#include <numeric>

namespace daris {
namespace {

using Columns = std::vector<std::size_t>;

std::size_t width_of(const Columns& columns, std::span<const std::size_t> widths) {
  return std::accumulate(columns.begin(), columns.end(), std::size_t{0},
                         [&](std::size_t sum, std::size_t column) { return sum + widths[column]; });
}

// All but the key columns. Those of a group are together, if they fit into `room`.
std::vector<Columns> units_of(const PrintedTable& table, std::span<const std::size_t> widths,
                              std::size_t room) {
  std::vector<Columns> units;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Columns& keys = table.key_columns;
    if (std::find(keys.begin(), keys.end(), c) != keys.end()) continue;
    const std::string& group = table.columns[c].group;
    const bool goes_on = c > 0 && !units.empty() && !group.empty() && table.columns[c - 1].group == group;
    if (goes_on && width_of(units.back(), widths) + widths[c] <= room) {
      units.back().push_back(c);
    } else {
      units.push_back({c});
    }
  }
  return units;
}

}  // namespace

std::vector<Columns> table_parts(const PrintedTable& table, std::span<const std::size_t> widths,
                                 std::size_t width_max) {
  Columns all(table.columns.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (table.key_columns.empty() || width_of(all, widths) <= width_max) return {all};
  const std::size_t room = width_max - std::min(width_max, width_of(table.key_columns, widths));
  std::vector<Columns> parts;
  std::size_t used = room + 1;  // the first unit begins a part
  for (const Columns& unit : units_of(table, widths, room)) {
    const std::size_t width = width_of(unit, widths);
    if (used + width > room) {
      parts.push_back(table.key_columns);
      used = 0;
    }
    used += width;
    parts.back().insert(parts.back().end(), unit.begin(), unit.end());
  }
  for (Columns& part : parts) std::sort(part.begin(), part.end());
  return parts;
}

}  // namespace daris
