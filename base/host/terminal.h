// The terminal of standard error.
#pragma once

#include <cstddef>

namespace daris {

// Goes to the beginning of the terminal's line and wipes the line.
inline constexpr const char* kWipeLine = "\r\033[K";

// True if standard error is a terminal.
[[nodiscard]] bool is_terminal();

// Columns that a line may take; a great number if it is no terminal, or one that does not tell.
[[nodiscard]] std::size_t terminal_width();

}  // namespace daris
