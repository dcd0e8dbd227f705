// Messages between processes of this program: one line of JSON each. Whoever can't do what it was asked for
// answers with an error.
#pragma once

#include <string>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "base/result.h"

namespace daris {

// `read` makes a T, or a Result of one, from the parsed line. Errors: the other side's; a broken message.
template <typename T, typename Read>
Result<T> decode_message(const std::string& line, const Read& read) {
  DARIS_TRY_ASSIGN(const Json parsed, parse_json(line, "message"));
  // The text is of this same program, so only a broken message makes it fail.
  try {
    if (parsed.contains("error")) return environment_error(parsed.at("error").get<std::string>());
    return read(parsed);
  } catch (const Json::exception& error) {
    return environment_error(std::string("message: ") + error.what());
  }
}

[[nodiscard]] inline std::string encode_error(const Error& error) {
  return write_json_line({{"error", error.message}});
}

}  // namespace daris
