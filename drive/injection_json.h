// Injections as documents (schema daris.injection).
#pragma once

#include <string>

#include "base/result.h"
#include "drive/injection.h"

namespace daris {

// `origin` names the file. Errors: see docs/formats.md, "Input that is wrong".
[[nodiscard]] Result<Injection> parse_injection(const std::string& text, const std::string& origin);

}  // namespace daris
