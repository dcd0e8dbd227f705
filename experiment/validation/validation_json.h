// A validation as a document (schema daris.validation).
#pragma once

#include <string>

#include "base/json/json_fwd.h"
#include "experiment/validation/validation.h"

namespace daris {

// `command` is what the user typed. A brief document leaves out what each point showed; the summaries stay.
// The document validates against its schema; if it did not, this aborts.
[[nodiscard]] Json validation_to_json(const Validation& validation, const std::string& command, bool brief);

}  // namespace daris
