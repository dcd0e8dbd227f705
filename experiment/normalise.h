// What policy and backend settle by themselves, so that configurations which mean the same are the same.
#pragma once

#include "base/result.h"
#include "experiment/run_config.h"
#include "experiment/settled_config.h"

namespace daris {

// The configuration as it will run: shape and OS as the policy's table row and the backend fix them, OS a
// number and at most Nc, whatever nothing reads at its default (switches that the policy does not obey, a
// batch limit where none is formed, how to scale where nothing is scaled). Normalising twice changes nothing.
// Errors: an impossible combination, with what would be right.
[[nodiscard]] Result<SettledConfig> normalise(const RunConfig& config);

}  // namespace daris
