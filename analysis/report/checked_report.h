// No report leaves the program that does not obey its own schema.
#pragma once

#include "base/json/json.h"

namespace daris {

// REQUIRES: `report` validates against the schema that the program carries; aborts with the place where it
// does not. Threads: any.
void check_report(const Json& report);

}  // namespace daris
