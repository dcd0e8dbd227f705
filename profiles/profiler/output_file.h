// The file that a profile grows in.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "profiles/profile.h"

namespace daris {

// Nothing where there is no such file. Errors: it can't be read or is no profile.
[[nodiscard]] Result<std::optional<Profile>> read_output(const std::filesystem::path& file);

// Replaces the file as a whole: whoever reads it, and whatever happens, it is the old or the new one. Errors:
// no room, no right, no such folder; the old file is as it was then, and no other is left.
[[nodiscard]] Status replace_file(const std::filesystem::path& file, const std::string& text);

}  // namespace daris
