// Puts new measurements into a profile.
#pragma once

#include "base/result.h"
#include "profiles/profile.h"

namespace daris {

// If both have a measurement, that of `part` is taken. Lists have an order of their own, so that the same
// measurements give the same document in whatever order they came. REQUIRES: `part` is of the same GPU and
// driver as `profile` (check_same_machine()). Errors: a model has other stages than in `profile`.
[[nodiscard]] Status merge_profile(Profile& profile, const Profile& part);

// An existing profile can be continued only on the machine on which it was begun. Errors: another GPU, driver
// or version of CUDA, cuDNN or LibTorch, and the message names both; other conditions.
[[nodiscard]] Status check_same_machine(const Profile& profile, const Profile& here);

}  // namespace daris
