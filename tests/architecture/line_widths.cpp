#include "tests/architecture/line_widths.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace daris::architecture {
namespace {

constexpr std::size_t kColumnsMax = 110;

// Goes over a text once and knows what is a comment, a literal, or neither.
class WidthScanner {
 public:
  WidthScanner(std::string_view path, std::string_view text) : path_(path), text_(text) {}

  std::vector<std::string> scan() {
    while (at_ < text_.size()) {
      if (skip("//")) {
        go_to(text_.find('\n', at_));
      } else if (skip("/*")) {
        go_behind(text_.find("*/", at_), 2);
      } else if (starts_raw_string()) {
        const std::size_t open = text_.find('(', at_);
        const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        literal([&] { go_behind(text_.find(close, at_), close.size()); });
      } else if (text_[at_] == '"' || starts_char()) {
        literal([&] { go_behind_quote(); });
      } else {
        step();
      }
    }
    if (column_ > 0) end_line();
    return wide_;
  }

 private:
  [[nodiscard]] bool follows_word() const {
    return at_ > 0 &&
           (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0 || text_[at_ - 1] == '_');
  }
  [[nodiscard]] bool starts_raw_string() const { return text_.substr(at_, 2) == "R\"" && !follows_word(); }
  // Behind a digit or a letter it separates the digits of a number.
  [[nodiscard]] bool starts_char() const { return text_[at_] == '\'' && !follows_word(); }

  bool skip(std::string_view start) {
    if (text_.substr(at_, start.size()) != start) return false;
    go_to(at_ + start.size());
    return true;
  }
  void go_to(std::size_t end) {
    while (at_ < std::min(end, text_.size())) step();
  }
  void go_behind(std::size_t place, std::size_t size) {
    go_to(place == std::string_view::npos ? text_.size() : place + size);
  }
  void go_behind_quote() {
    const char quote = text_[at_];
    for (step(); at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; step()) {
      if (text_[at_] == '\\') step();
    }
    step();
  }

  template <typename Walk>
  void literal(const Walk& walk) {
    in_literal_ = true;
    literal_ = 0;
    walk();
    end_literal();
    in_literal_ = false;
  }
  void end_literal() {
    longest_literal_ = std::max(longest_literal_, literal_);
    literal_ = 0;
  }

  // Columns are those of code points: UTF-8's further bytes take none.
  void step() {
    if (at_ >= text_.size()) return;
    const char byte = text_[at_++];
    if (byte == '\n') return end_line();
    if ((static_cast<unsigned char>(byte) & 0xC0U) == 0x80U) return;
    ++column_;
    literal_ += in_literal_ ? 1 : 0;
  }
  void end_line() {
    end_literal();
    if (column_ > kColumnsMax && column_ - longest_literal_ > kColumnsMax) {
      wide_.push_back(std::string(path_) + ":" + std::to_string(line_) + ": " + std::to_string(column_) +
                      " columns; " + std::to_string(kColumnsMax) + " are the most");
    }
    ++line_;
    column_ = 0;
    longest_literal_ = 0;
  }

  std::string_view path_;
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::size_t column_ = 0;
  bool in_literal_ = false;
  std::size_t literal_ = 0;
  std::size_t longest_literal_ = 0;
  std::vector<std::string> wide_;
};

}  // namespace

std::vector<std::string> wide_lines(std::string_view path, std::string_view text) {
  return WidthScanner(path, text).scan();
}

}  // namespace daris::architecture
