#include "base/printable_text.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

TEST(PrintableText, WritesOutWhatATerminalWouldObey) {
  EXPECT_EQ(printable("red \x1b[31m\a\x7f"), "red \\x1b[31m\\x07\\x7f");
  EXPECT_EQ(printable("two\nlines\r"), "two\\nlines\\x0d");
  EXPECT_EQ(printable_lines("two\nlines\r"), "two\nlines\\x0d");
  EXPECT_EQ(printable("\u202egpj.exe \u0085"), "\\u202egpj.exe \\u0085");
}

TEST(PrintableText, LeavesAllElse) {
  for (const char* const text : {"", "plain", "caf\u00e9", "\u4ea4\u901a", "\U0001f600", "a\\b"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(PrintableText, WritesOutBytesThatAreNoText) {
  EXPECT_EQ(printable("caf\xe9"), "caf\\xe9");
  EXPECT_EQ(printable("\xe4\xba"), "\\xe4\\xba") << "a character cut in half";
  EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80") << "too long a form of a character";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "half of a pair";
}

TEST(TextWidth, CountsColumns) {
  EXPECT_EQ(text_width("abc"), 3U);
  EXPECT_EQ(text_width("\u4ea4\u901a"), 4U);
  EXPECT_EQ(text_width("e\u0301"), 1U);
  EXPECT_EQ(text_width("\xff"), 1U);
}

TEST(TextWidth, CutsBetweenCharacters) {
  EXPECT_EQ(begin_of_width("abcdef", 3), "abc");
  EXPECT_EQ(begin_of_width("\u4ea4\u901a", 3), "\u4ea4");
  EXPECT_EQ(end_of_width("abcdef", 2), "ef");
  EXPECT_EQ(end_of_width("\u4ea4\u901a", 3), "\u901a");
  EXPECT_EQ(end_of_width("ae\u0301", 1), "e\u0301");
  EXPECT_EQ(end_of_width("ab", 9), "ab");
}

TEST(TextWidth, Aligns) {
  EXPECT_EQ(left_aligned("\u4ea4", 4), "\u4ea4  ");
  EXPECT_EQ(right_aligned("\u4ea4", 4), "  \u4ea4");
  EXPECT_EQ(left_aligned("long", 2), "long");
}

}  // namespace
}  // namespace daris
