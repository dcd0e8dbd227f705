// "Did you mean ...": the known name nearest to a misspelt one.
#pragma once

#include <span>
#include <string_view>

namespace daris {

// The candidate with the least edit distance, the first of equals. Empty if there are no candidates.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string_view> candidates);

}  // namespace daris
