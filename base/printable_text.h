// Text for people at a terminal. Names come from users and their files, so they may hold anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace daris {

// The text with everything that a terminal would obey, or can't show, written out: control characters and
// broken bytes as "\x1b", those that turn the direction of writing as "\u202e", line feeds as "\n".
[[nodiscard]] std::string printable(std::string_view text);

// The same, but line feeds stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

// The number of columns that a terminal takes for a printable text: Chinese characters take two, accents that
// are characters of their own none.
[[nodiscard]] std::size_t text_width(std::string_view text);

// The longest beginning, and the longest end, of whole characters that fit into `columns`.
[[nodiscard]] std::string_view begin_of_width(std::string_view text, std::size_t columns);
[[nodiscard]] std::string_view end_of_width(std::string_view text, std::size_t columns);

// The text with spaces, so that it takes `columns` at least.
[[nodiscard]] std::string left_aligned(std::string text, std::size_t columns);
[[nodiscard]] std::string right_aligned(const std::string& text, std::size_t columns);

}  // namespace daris
