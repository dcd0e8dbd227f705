// Random cases for tests of all policies (plugin/check/random_setup.h).
#pragma once

#include <cstdint>
#include <string>

#include "policy/setup.h"

namespace daris::testing {

// How many random task sets a test draws: `wanted` in an ordinary build, a fifth of it if sanitizers slow it
// down.
[[nodiscard]] std::uint64_t random_set_count(std::uint64_t wanted);

struct RandomCase {
  std::string policy;
  PolicySetup setup;
};
// The case of a seed: one of the policies that decide by themselves. Half of the time it is DARIS.
[[nodiscard]] RandomCase random_case(std::uint64_t seed);

// A summary for failure messages, complete enough to see what kind of case it is.
[[nodiscard]] std::string describe(const RandomCase& random_case);

}  // namespace daris::testing
