// From a JSON value to text.
#pragma once

#include <string>

#include "base/json/json.h"

namespace daris {

// Text that a person can read: what fits into a line of 120 characters stands in one, else each entry of an
// object or array has its own, except that numbers fill their lines. Keys keep their order, numbers are the
// shortest that read back the same, numbers that are not finite are null, bytes that are not UTF-8 become
// U+FFFD. Ends with a line feed. The same value gives the same bytes, whatever the compiler and the locale.
[[nodiscard]] std::string write_json(const Json& value);

// The same on one line, without spaces and without the line feed.
[[nodiscard]] std::string write_json_line(const Json& value);

}  // namespace daris
