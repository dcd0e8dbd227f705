#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

// The include rules of ARCHITECTURE.md, as a check of one file's text. It reads no file but the text that it
// is given.
namespace daris::architecture {

// One #include line of a file.
struct Include {
  std::string header;
  bool of_project = false;  // "header", not <header>
  int line = 0;
};

// In the order in which they stand in the text.
[[nodiscard]] std::vector<Include> includes_of(std::string_view text);

// What `text`, the file at `path` (from the repository's root, with '/'), breaks; one sentence each, with
// path and line.
[[nodiscard]] std::vector<std::string> broken_rules(std::string_view path, std::string_view text);

// A circle in the graph "file -> files that it includes": the first file again at its end. Empty if there is
// none.
[[nodiscard]] std::vector<std::string> circle_of(
    const std::map<std::string, std::vector<std::string>>& included);

}  // namespace daris::architecture
