// A live backend as a world of the suite.
#pragma once

#include "runtime/live_backend.h"
#include "tests/conformance/world.h"

namespace daris::testing {

// If the backend has partitions, contexts share nothing. `backend` is made when first asked for. It is kept,
// since daemons, partitions and graphs serve the next run too.
[[nodiscard]] NamedWorld backend_world(std::string name, LiveBackend& (*backend)());

}  // namespace daris::testing
