// Checks that a policy can serve a setup.
#pragma once

#include "base/result.h"
#include "policy/registry.h"
#include "policy/setup.h"

namespace daris {

// Errors: the first value that is out of range or that `policy` can't serve, with its place and what would be
// right.
[[nodiscard]] Status check_setup(const PolicyInfo& policy, const PolicySetup& setup);

}  // namespace daris
