// Where results go: `-o FILE`, or standard output.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace daris {

// Writes `text` to `file`, whole or not at all (base/host/files.h); to standard output where `file` is empty
// or "-". Errors: of the environment.
[[nodiscard]] Status write_output(const std::string& file, std::string_view text);

// Whether -o FILE can work, asked before a long run rather than after it. Makes nothing.
// Errors: of the environment: `file` is a folder, or its folder can't be written to.
[[nodiscard]] Status check_output(const std::string& file);

}  // namespace daris
