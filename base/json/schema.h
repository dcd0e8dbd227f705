// Validates documents against JSON Schemas.
#pragma once

#include <string>

#include "base/json/json_fwd.h"
#include "base/result.h"

namespace daris {

// Checks that `document` obeys `schema` (JSON Schema, draft 7). An error names `origin`, the place as a JSON
// path, and the rule that is broken.
[[nodiscard]] Status validate_document(const Json& schema, const Json& document, const std::string& origin);

}  // namespace daris
