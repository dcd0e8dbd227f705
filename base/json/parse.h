// Parses text to a JSON value, with errors that a person can find in the file.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/json/json_fwd.h"
#include "base/result.h"

namespace daris {

// No document of ours comes near these limits. They keep absurd input from using up the machine.
inline constexpr std::size_t kJsonDepthMax = 64;     // objects and arrays inside each other
inline constexpr std::size_t kJsonKeysMax = 10'000;  // of one object

enum class JsonOrigin {
  kFile,  // a file's name
  kLine,  // a line of a file: "FILE:7"
};

// Hears of each object or array in the list `list` of the outermost object, as soon as it is complete.
struct JsonListener {
  std::string_view list;
  // `document` is what was read so far; the element is the last one of the list. Elements may be changed, but
  // not their number.
  std::function<void(Json& document)> element_read;
};

// Parses one JSON document. Messages call it `origin`, which usually is the file's name.
//
// Errors: anything that RFC 8259 doesn't allow (so no comments, no NaN, no trailing comma); a number too
// large for a double; a key that stands twice in one object; input beyond the limits above. The message of a
// syntax error begins with "ORIGIN:LINE:COLUMN: ", of a line with "ORIGIN:COLUMN: "; columns are bytes,
// counted from 1. Nothing is thrown.
[[nodiscard]] Result<Json> parse_json(std::string_view text, const std::string& origin,
                                      JsonOrigin kind = JsonOrigin::kFile,
                                      const JsonListener* listener = nullptr);

}  // namespace daris
