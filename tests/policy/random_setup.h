// Random task sets, machine shapes and switches for property tests: 1 to 5 levels, 1 to 8 contexts, 1 to 4
// streams.
#pragma once

#include <cstdint>
#include <string>

#include "policy/registry.h"
#include "policy/setup.h"
#include "tests/policy/random_source.h"

namespace daris::testing {

// How many random task sets a test draws: `wanted` in an ordinary build, a fifth of it if sanitizers slow it
// down.
[[nodiscard]] std::uint64_t random_set_count(std::uint64_t wanted);

// A setup that `policy` can serve. For `scripted` it has the schedule of a run of another policy, which may
// have had failures. Times are small multiples of a few nanoseconds, so that things often happen in the same
// instant and ties are common. The load ranges from light to more than double. `keep_switches`: the default
// switches instead of random ones.
[[nodiscard]] PolicySetup random_setup(const PolicyInfo& policy, RandomSource& random,
                                       bool keep_switches = false);

struct RandomCase {
  std::string policy;
  PolicySetup setup;
};
// The case of a seed: one of the policies that decide by themselves. Half of the time it is DARIS.
[[nodiscard]] RandomCase random_case(std::uint64_t seed);

// A summary for failure messages, complete enough to see what kind of case it is.
[[nodiscard]] std::string describe(const RandomCase& random_case);

}  // namespace daris::testing
