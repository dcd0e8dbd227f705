// No report, and no other document, leaves the program that does not obey its own schema.
#pragma once

#include <string_view>

#include "base/json/json_fwd.h"

namespace daris {

// REQUIRES: `report` validates against the schema that the program carries. Aborts if it does not, and names
// the place. Threads: any.
void check_report(const Json& report);

// The same for a document of the schema of that name: "daris.comparison". Reads the schema anew each time.
void check_document(std::string_view schema, const Json& document);

}  // namespace daris
