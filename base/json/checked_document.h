// No document leaves the program that does not obey its own schema.
#pragma once

#include <string_view>

#include "base/json/json_fwd.h"

namespace daris {

// Aborts, and names the place, if `document` does not validate against the schema of that name
// ("daris.capacity"). Threads: any.
void check_document(std::string_view schema_name, const Json& document);

}  // namespace daris
