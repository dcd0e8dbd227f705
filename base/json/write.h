// Writes a JSON value as text.
#pragma once

#include <string>

#include "base/json/json_fwd.h"

namespace daris {

// Text that a person can read. A value that fits into a line of 120 characters stands in one line. Otherwise
// each entry of an object or array has a line of its own, but the numbers of an array fill their lines. Keys
// keep their order. Numbers are the shortest that read back the same; numbers that are not finite are null.
// Bytes that are not UTF-8 become U+FFFD. The text ends with a line feed. The same value gives the same
// bytes, whatever the compiler and the locale.
[[nodiscard]] std::string write_json(const Json& value);

// The same on one line, without spaces and without the line feed.
[[nodiscard]] std::string write_json_line(const Json& value);

}  // namespace daris
