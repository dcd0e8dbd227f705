// Tables of fixed width, for people at terminals.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace daris {

using TextRow = std::vector<std::string>;

// Columns two spaces apart, as wide as their widest cell; the first `left_columns` flushed left, figures
// right. No spaces at the ends of lines. REQUIRES: not empty, rows of equal length.
[[nodiscard]] std::string text_table(const std::vector<TextRow>& rows, std::size_t left_columns);

}  // namespace daris
