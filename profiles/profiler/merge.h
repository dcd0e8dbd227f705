// Puts newly measured parts into a profile.
#pragma once

#include "base/result.h"
#include "profiles/profile.h"

namespace daris {

// `part` is of the same GPU and driver as `profile` (check_same_machine()); what both have is taken from
// `part`. Lists are kept in an order of their own, so that the same measurements give the same document in
// whatever order they came. Errors: a model whose stages are cut otherwise than in `profile`.
[[nodiscard]] Status merge_profile(Profile& profile, const Profile& part);

// An existing profile is gone on with only on the machine that it was begun on.
// Errors: another GPU, driver or version of CUDA, cuDNN or LibTorch; the message names both.
[[nodiscard]] Status check_same_machine(const Profile& profile, const Profile& here);

}  // namespace daris
