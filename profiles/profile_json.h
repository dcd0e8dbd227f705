// Reads and writes profiles (schema daris.profile).
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "profiles/profile.h"

namespace daris {

// Errors: as docs/formats.md, "Input that is wrong"; the message names file, place, value and what would be
// right.
[[nodiscard]] Result<Profile> read_profile(const std::filesystem::path& file);
[[nodiscard]] Result<Profile> parse_profile(const std::string& text, const std::string& origin);

// The same profile gives the same bytes.
[[nodiscard]] std::string write_profile(const Profile& profile);

}  // namespace daris
