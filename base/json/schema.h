// JSON Schema validation.
#pragma once

#include <string>

#include "base/json/json.h"
#include "base/result.h"

namespace daris {

// Whether `document` obeys `schema` (JSON Schema, draft 7). Errors name `origin`, the place as a JSON path,
// and the rule broken.
[[nodiscard]] Status validate_document(const Json& schema, const Json& document, const std::string& origin);

}  // namespace daris
