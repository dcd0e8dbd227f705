#include "base/json/write.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "base/json/json.h"
#include "base/number_text.h"

namespace daris {
namespace {

constexpr std::size_t kLineLength = 120;
constexpr std::size_t kIndent = 2;

std::string scalar_text(const Json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    return std::isfinite(number) ? number_text(number) : "null";
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string key_text(const std::string& key) { return scalar_text(Json(key)); }

void append_line(const Json& value, std::string_view comma, std::string_view colon, std::string& out) {
  if (!value.is_structured()) {
    out += scalar_text(value);
    return;
  }
  const bool object = value.is_object();
  out += object ? '{' : '[';
  for (auto entry = value.begin(); entry != value.end(); ++entry) {
    if (entry != value.begin()) out += comma;
    if (object) (out += key_text(entry.key())) += colon;
    append_line(*entry, comma, colon, out);
  }
  out += object ? '}' : ']';
}

// Appends values to a text over several lines.
class PrettyWriter {
 public:
  explicit PrettyWriter(std::string& out) : out_(out) {}

  // Lines inside `value` are indented by `indent`. `room` more characters must fit behind it, such as a
  // comma.
  void append(const Json& value, std::size_t indent, std::size_t room) {
    std::string line;
    append_line(value, ", ", ": ", line);
    if (!value.is_structured() || value.empty() || column() + line.size() + room <= kLineLength) {
      out_ += line;
    } else if (value.is_array() &&
               std::all_of(value.begin(), value.end(), [](const Json& e) { return e.is_number(); })) {
      append_filled(value, indent);
    } else {
      append_entries(value, indent);
    }
  }

 private:
  [[nodiscard]] std::size_t column() const {
    const std::size_t line_feed = out_.rfind('\n');
    return line_feed == std::string::npos ? out_.size() : out_.size() - line_feed - 1;
  }

  void new_line(std::size_t indent) { (out_ += '\n').append(indent, ' '); }

  void append_filled(const Json& numbers, std::size_t indent) {
    out_ += '[';
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const std::string text = scalar_text(numbers[i]);
      if (i > 0) out_ += ',';
      if (i == 0 || column() + text.size() + 2 > kLineLength) {
        new_line(indent + kIndent);
      } else {
        out_ += ' ';
      }
      out_ += text;
    }
    out_ += ']';
  }

  void append_entries(const Json& value, std::size_t indent) {
    const bool object = value.is_object();
    out_ += object ? '{' : '[';
    for (auto entry = value.begin(); entry != value.end(); ++entry) {
      if (entry != value.begin()) out_ += ',';
      new_line(indent + kIndent);
      if (object) (out_ += key_text(entry.key())) += ": ";
      append(*entry, indent + kIndent, 1);
    }
    new_line(indent);
    out_ += object ? '}' : ']';
  }

  std::string& out_;
};

}  // namespace

std::string write_json(const Json& value) {
  std::string out;
  PrettyWriter(out).append(value, 0, 0);
  out += '\n';
  return out;
}

std::string write_json_line(const Json& value) {
  std::string out;
  append_line(value, ",", ":", out);
  return out;
}

}  // namespace daris
