// A partition that lists its contexts (docs/scheduler.md, "Listed contexts"): windows of any size, and the
// levels that may use each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "profiles/partition.h"
#include "profiles/shape.h"

namespace daris {

// One row. It makes `streams` contexts of one stream each, all on the same SMs.
struct ContextRow {
  std::optional<std::uint32_t> first_group;  // green: the window begins there, and wraps around
  std::optional<std::uint32_t> groups;       // green
  std::optional<std::uint32_t> percentage;   // mps
  std::uint32_t streams = 1;
  std::vector<std::uint32_t> levels;  // ascending; empty: all levels
  bool alone = false;                 // no other row may have one of its SMs
  bool urgent = false;                // live: its kernels go before those of other rows

  friend bool operator==(const ContextRow&, const ContextRow&) = default;
};

struct ContextList {
  std::string name;  // the file, as messages call it
  std::vector<ContextRow> rows;

  // By context: the row that it is of.
  [[nodiscard]] std::vector<std::size_t> row_of_context() const;
  [[nodiscard]] std::uint32_t contexts() const;
  // By context: the levels that may use it; `all` for rows that name none. Empty if no row names any.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> context_levels(
      const std::vector<std::uint32_t>& all) const;

  friend bool operator==(const ContextList&, const ContextList&) = default;
};

// One grant for each context. `machine` is confined already. Errors: a row has no SMs or a field of another
// backend, its window is outside the machine, or a row that is alone meets another. A message names file and
// row.
[[nodiscard]] Result<std::vector<ContextGrant>> make_listed_partition(const MachineShape& machine,
                                                                      Backend backend,
                                                                      const ContextList& list);

// Each of the levels may use a row. Errors: one may not; the message names file and level.
[[nodiscard]] Status check_levels(const ContextList& list, const std::vector<std::uint32_t>& levels);

// Contexts share no SM, those of one row included. Errors: some do; the message names file and rows.
[[nodiscard]] Status check_isolated(const MachineShape& machine, Backend backend, const ContextList& list,
                                    const std::vector<ContextGrant>& grants);

}  // namespace daris
