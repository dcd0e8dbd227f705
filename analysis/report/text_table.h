// Tables of fixed width, for people at a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace daris {

using TextRow = std::vector<std::string>;

// Columns stand two spaces apart, each as wide as its widest cell (base/printable_text.h). The first
// `left_columns` are flushed left, the others right. Lines have no spaces at their ends. REQUIRES: there is a
// row, and all have the same length.
[[nodiscard]] std::string text_table(const std::vector<TextRow>& rows, std::size_t left_columns);

// Cuts long names in a column, all in the same way, so that cells which differed still differ: their ends
// stay, or else both ends. If neither tells them apart, they stay whole.
void shorten_column(std::vector<TextRow>& rows, std::size_t column);

}  // namespace daris
