// Files that people take for text, and that are none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace daris {

// "is compressed (gzip); unpack it first": says what bytes are by how they begin, and what to do. Returns
// nullopt if they may be text in UTF-8.
[[nodiscard]] std::optional<std::string> why_no_text(std::string_view bytes);

}  // namespace daris
