#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

// The include rules of ARCHITECTURE.md, as a check of the text of one file. It opens no files.
namespace daris::architecture {

// One #include line of a file.
struct Include {
  std::string header;
  bool of_project = false;  // "header", not <header>
  int line = 0;
};

// The includes of the text, in their order.
[[nodiscard]] std::vector<Include> includes_of(std::string_view text);

// The rules that `text` breaks, one sentence each, with path and line. `path` is that of the file, from the
// project's root, with '/'.
[[nodiscard]] std::vector<std::string> broken_rules(std::string_view path, std::string_view text);

// A circle in the graph "file -> files that it includes", with its first file again at its end. Empty if
// there is none.
[[nodiscard]] std::vector<std::string> circle_of(
    const std::map<std::string, std::vector<std::string>>& included);

}  // namespace daris::architecture
