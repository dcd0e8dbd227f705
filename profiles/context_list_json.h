// Partitions as documents (schema daris.partition).
#pragma once

#include <string>

#include "base/result.h"
#include "profiles/context_list.h"

namespace daris {

// `origin` names the file. Errors: see docs/formats.md, "Input that is wrong".
[[nodiscard]] Result<ContextList> parse_context_list(const std::string& text, const std::string& origin);

}  // namespace daris
