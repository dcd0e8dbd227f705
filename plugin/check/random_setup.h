// Random task sets, machine shapes and switches to check policies with: 1 to 5 levels, 1 to 8 contexts, 1 to
// 4 streams.
#pragma once

#include <cstdint>
#include <string>

#include "plugin/check/random_source.h"
#include "policy/registry.h"
#include "policy/setup.h"

namespace daris {

// A setup that `policy` can serve. For `scripted` it has the schedule of a run of another policy, which may
// have had failures. Times are small multiples of a few nanoseconds, so that things often happen in the same
// instant and ties are common. The load ranges from light to more than double. `keep_switches`: the default
// switches instead of random ones.
[[nodiscard]] PolicySetup random_setup(const PolicyInfo& policy, RandomSource& random,
                                       bool keep_switches = false);

// Says in a line what kind of setup it is.
[[nodiscard]] std::string describe(const PolicySetup& setup);

}  // namespace daris
