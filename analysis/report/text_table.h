// Tables of fixed width, for people at a terminal.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace daris {

using TextRow = std::vector<std::string>;

inline constexpr std::size_t kAnyWidth = std::numeric_limits<std::size_t>::max();

struct TableLayout {
  std::size_t left_columns = 1;  // the first ones, which tell rows apart; flushed left
  bool last_left = false;        // the last column too is flushed left; all others are flushed right
  std::size_t width_max = kAnyWidth;
};

// Columns stand two spaces apart, each as wide as its widest cell (base/printable_text.h). Lines have no
// spaces at their ends; a row of empty cells is an empty line. If lines would be wider than `width_max`,
// further tables that begin with the left columns stand below and hold what did not fit. If not even one
// other column fits beside them, each row becomes lines of a heading and a cell, and a long cell goes on
// below itself. REQUIRES: there is a row, the headings, and all have the same length.
[[nodiscard]] std::string text_table(const std::vector<TextRow>& rows, const TableLayout& layout);

// Breaks lines between words, so that they take at most `width_max` columns if no word is longer. Lines that
// are short enough stay as they are.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width_max);

// Cuts long names in a column, all in the same way, so that cells which differed still differ: their ends
// stay, or else both ends. If neither tells them apart, they stay whole.
void shorten_column(std::vector<TextRow>& rows, std::size_t column);

}  // namespace daris
