// No report leaves the program that does not obey its own schema.
#pragma once

#include "base/json/json_fwd.h"

namespace daris {

// REQUIRES: `report` validates against the schema that the program carries. Aborts if it does not, and names
// the place. Threads: any.
void check_report(const Json& report);

}  // namespace daris
