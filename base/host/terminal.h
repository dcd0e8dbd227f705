// The terminal of standard error.
#pragma once

#include <cstddef>

namespace daris {

// True if standard error is a terminal.
[[nodiscard]] bool is_terminal();

// Columns that a line may take; a great number if it is no terminal, or one that does not tell.
[[nodiscard]] std::size_t terminal_width();

}  // namespace daris
