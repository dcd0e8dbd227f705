// Names of the values of an enumeration (or of anything that a word stands for), as documents and messages
// write them. One table serves both directions.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/check.h"

namespace daris {

template <typename Enum>
struct NamedValue {
  std::string_view name;
  Enum value;
};

template <typename Enum, std::size_t kCount>
using NameTable = std::array<NamedValue<Enum>, kCount>;

// REQUIRES: `value` is in the table.
template <typename Enum, std::size_t kCount>
[[nodiscard]] std::string_view name_in(const NameTable<Enum, kCount>& table, Enum value) {
  for (const NamedValue<Enum>& row : table)
    if (row.value == value) return row.name;
  DARIS_CHECK(false && "a value without a name");
  return {};
}

}  // namespace daris
