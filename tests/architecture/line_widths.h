#pragma once

#include <string>
#include <string_view>
#include <vector>

// How wide a line may be, as a check of the text of one file. It opens no files.
namespace daris::architecture {

// Lines of `text`, the C++ source at `path`, that are wider than 110 columns; one sentence each. A line may
// be wider if it would not be without its longest string literal, since a literal that is split reads worse.
// A line of a raw string is one literal.
[[nodiscard]] std::vector<std::string> wide_lines(std::string_view path, std::string_view text);

}  // namespace daris::architecture
