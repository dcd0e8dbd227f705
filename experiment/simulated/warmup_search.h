// `--warmup-by mser5`: the warm-up of a point ends where response times of its first replication settle.
#pragma once

#include <functional>

#include "base/result.h"
#include "experiment/release_log.h"
#include "experiment/scenario.h"

namespace daris {

// Runs the first replication once more than needed, without a warm-up. The scenario's warm-up then is the
// end of the last job that MSER-5 leaves out. Jobs come in the order of completion, each with its response
// time over its deadline. A warning says so if they don't settle. If `stopped()`, the scenario stays as it
// was. REQUIRES: all else of the scenario is settled, and its warm-up is 0; `log` may be null. Errors: those
// of the run.
[[nodiscard]] Status cut_warmup(Scenario& scenario, const ReleaseLog* log,
                                const std::function<bool()>& stopped);

}  // namespace daris
