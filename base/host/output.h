// Writes results to `-o FILE` or to standard output.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace daris {

// Writes `text` to `file`, whole or not at all (base/host/files.h). If `file` is empty or "-", writes to
// standard output. Errors: of the environment.
[[nodiscard]] Status write_output(const std::string& file, std::string_view text);

// Checks before a long run that `file` can be written after it. Makes nothing.
// Errors: of the environment; `file` is a folder, or its folder can't be written to.
[[nodiscard]] Status check_output(const std::string& file);

}  // namespace daris
