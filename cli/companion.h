// The programs beside `daris` that need a GPU's libraries, so that `daris` itself does not.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace daris {

// Becomes `program`, which lies in the folder of the running executable, with `words` as its arguments.
// Returns only if that fails, with an exit code. It has then said that `program` is missing and `remedy`, or
// which libraries are not found.
[[nodiscard]] int become(std::string_view program, std::span<const std::string> words,
                         std::string_view remedy);

// Becomes `daris-run`, the live runtime.
[[nodiscard]] int become_live(std::span<const std::string> words);

}  // namespace daris
