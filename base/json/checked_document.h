// No document leaves the program that does not obey its own schema.
#pragma once

#include <string_view>

#include "base/json/json_fwd.h"

namespace daris {

// Aborts, and names the place, if `document` does not validate against the schema of that name
// ("daris.capacity"), which is read anew each time. Threads: any.
void check_document(std::string_view schema_name, const Json& document);

// The same with a schema that was read before. `name` is what a complaint calls the document.
void check_document(const Json& schema, const Json& document, std::string_view name);

}  // namespace daris
