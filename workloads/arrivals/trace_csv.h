// Release times from a CSV file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace daris {

// One column: a release time in seconds on each line, from 0, ascending. Equal times are two jobs. Times are
// rounded to the nanosecond. Empty lines and lines that begin with '#' are skipped, and so is a first line
// that begins with a letter (a heading) and names no other unit than seconds. Errors name the line: it is no
// number, negative, beyond 10^6 s, smaller than the time before, or has a second column. A file without any
// time, or with more than 10 million, is an error too.
[[nodiscard]] Result<std::vector<Time>> parse_trace(std::string_view text, const std::string& origin);
[[nodiscard]] Result<std::vector<Time>> read_trace(const std::filesystem::path& file);

}  // namespace daris
