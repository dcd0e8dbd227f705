// Words of a command as a shell reads them.
#pragma once

#include <string>

namespace daris {

// The word as a shell reads it back: in quotes if it has blanks and the like.
[[nodiscard]] std::string quoted_word(const std::string& word);

}  // namespace daris
