// The JSON Schemas of all documents, built in from the folders' schemas/ (cli/CMakeLists.txt).
#pragma once

#include <span>
#include <string_view>

namespace daris {

struct Schema {
  std::string_view name;   // "daris.report"
  std::string_view title;  // the schema's own
  std::string_view text;
};

// By name.
[[nodiscard]] std::span<const Schema> all_schemas();

}  // namespace daris
