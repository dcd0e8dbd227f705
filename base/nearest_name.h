// For messages about a misspelt name: the known name that is nearest to it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daris {

// The known name with the least edit distance to `name`, the first of equals. Empty if none is known.
[[nodiscard]] std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known);

// `did you mean "daris"?`, with the nearest_name(). REQUIRES: `known` is not empty.
[[nodiscard]] std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

// The same for the names of `rows`; `name_of` gives the name of one: &Row::name, or std::identity().
template <typename Rows, typename NameOf>
[[nodiscard]] std::string did_you_mean(std::string_view name, const Rows& rows, NameOf name_of) {
  std::vector<std::string_view> known;
  // Not every range knows its size. NOLINTNEXTLINE(performance-inefficient-vector-operation)
  for (const auto& row : rows) known.push_back(std::invoke(name_of, row));
  return did_you_mean(name, known);
}

}  // namespace daris
