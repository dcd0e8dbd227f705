#include "base/printable_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace daris {
namespace {

struct Character {
  std::string_view bytes;
  std::uint32_t code = 0;
  bool broken = false;  // one byte that is no UTF-8
};

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// After Unicode's table of East Asian widths, as far as terminals agree on it.
constexpr std::array kWide{Range{0x1100, 0x115f},   Range{0x2329, 0x232a},   Range{0x2e80, 0x303e},
                           Range{0x3040, 0xa4cf},   Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},
                           Range{0xfe10, 0xfe19},   Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},
                           Range{0xffe0, 0xffe6},   Range{0x1f300, 0x1f64f}, Range{0x1f680, 0x1f6ff},
                           Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd}};
constexpr std::array kNarrow{Range{0x300, 0x36f}, Range{0x200b, 0x200d}, Range{0x20d0, 0x20ff},
                             Range{0xfe00, 0xfe0f}};
// Directions of writing, and separators of lines and paragraphs.
constexpr std::array kObeyed{Range{0x80, 0x9f}, Range{0x200e, 0x200f}, Range{0x2028, 0x202e},
                             Range{0x2066, 0x2069}};

template <std::size_t kCount>
bool is_in(const std::array<Range, kCount>& ranges, std::uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const Range& range) { return range.first <= code && code <= range.last; });
}

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

bool is_code(std::uint32_t code, std::size_t length) {
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool is_half = code >= 0xd800 && code <= 0xdfff;
  return code >= kLeast[length] && code <= 0x10ffff && !is_half;
}

// REQUIRES: `text` is not empty.
Character first_of(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = length_of(byte(0));
  const Character broken{text.substr(0, 1), byte(0), true};
  if (length == 0 || length > text.size()) return broken;
  if (length == 1) return {text.substr(0, 1), byte(0), false};
  std::uint32_t code = byte(0) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return broken;
    code = code << 6U | (byte(i) & 0x3fU);
  }
  return is_code(code, length) ? Character{text.substr(0, length), code, false} : broken;
}

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> all;
  while (!text.empty()) {
    all.push_back(first_of(text));
    text.remove_prefix(all.back().bytes.size());
  }
  return all;
}

std::string written_out(const Character& character) {
  if (character.code == '\n' && !character.broken) return "\\n";
  std::array<char, 16> text{};
  const bool is_byte = character.broken || character.code < 0x80;
  const int length = std::snprintf(text.data(), text.size(), is_byte ? "\\x%02x" : "\\u%04x", character.code);
  return {text.data(), static_cast<std::size_t>(length)};
}

bool is_plain(const Character& character) {
  return !character.broken && character.code >= 0x20 && character.code != 0x7f &&
         !is_in(kObeyed, character.code);
}

std::string printable_but(std::string_view text, bool keep_line_feeds) {
  std::string result;
  for (const Character& character : characters_of(text)) {
    const bool kept = keep_line_feeds && character.bytes == "\n";
    if (kept || is_plain(character)) {
      result += character.bytes;
    } else {
      result += written_out(character);
    }
  }
  return result;
}

std::size_t width_of(const Character& character) {
  if (is_in(kNarrow, character.code)) return 0;
  return is_in(kWide, character.code) ? 2 : 1;
}

}  // namespace

std::string printable(std::string_view text) { return printable_but(text, false); }
std::string printable_lines(std::string_view text) { return printable_but(text, true); }

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  for (const Character& character : characters_of(text)) width += width_of(character);
  return width;
}

std::string_view begin_of_width(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  std::size_t width = 0;
  for (const Character& character : characters_of(text)) {
    width += width_of(character);
    if (width > columns) break;
    bytes += character.bytes.size();
  }
  return text.substr(0, bytes);
}

std::string_view end_of_width(std::string_view text, std::size_t columns) {
  std::size_t left_out = 0;
  std::size_t width = text_width(text);
  for (const Character& character : characters_of(text)) {
    if (width <= columns && width_of(character) > 0) break;
    width -= width_of(character);
    left_out += character.bytes.size();
  }
  return text.substr(left_out);
}

std::string left_aligned(std::string text, std::size_t columns) {
  const std::size_t width = text_width(text);
  if (width < columns) text.append(columns - width, ' ');
  return text;
}

std::string right_aligned(const std::string& text, std::size_t columns) {
  const std::size_t width = text_width(text);
  return width < columns ? std::string(columns - width, ' ') + text : text;
}

}  // namespace daris
