// The JSON Schemas of all documents. They are built in, so that the program needs no files beside it to check
// a document.
#pragma once

#include <span>
#include <string_view>

namespace daris {

struct Schema {
  std::string_view name;   // "daris.report"
  std::string_view title;  // the schema's own
  std::string_view text;
};

// All schemas, ordered by name.
[[nodiscard]] std::span<const Schema> all_schemas();

// The text of the schema `name` ("daris.report"). Empty if there is none.
[[nodiscard]] std::string_view schema_text(std::string_view name);

}  // namespace daris
