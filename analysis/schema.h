// JSON Schema validation, and the schemas of this folder's documents.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "workloads/json/json.h"

namespace daris {

// The text of a schema that this library carries: "daris.report", "daris.event-log" (of one line), "daris.ablations".
// Empty for other names.
[[nodiscard]] std::string_view analysis_schema(std::string_view name);
[[nodiscard]] std::span<const std::string_view> analysis_schema_names();

// Whether `document` obeys `schema` (JSON Schema, draft 7). Errors name `origin`, the place as a JSON path, and the
// rule broken.
[[nodiscard]] Status validate_document(const Json& schema, const Json& document, const std::string& origin);

}  // namespace daris
