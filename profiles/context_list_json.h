// Partitions as documents (schema daris.partition).
#pragma once

#include <string>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "profiles/context_list.h"

namespace daris {

// `origin` names the file. Errors: see docs/formats.md, "Input that is wrong".
[[nodiscard]] Result<ContextList> parse_context_list(const std::string& text, const std::string& origin);

// The document that parse_context_list() reads.
[[nodiscard]] Json context_list_to_json(const ContextList& list);

}  // namespace daris
