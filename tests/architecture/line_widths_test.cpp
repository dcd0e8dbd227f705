// No line of C++ is wider than 110 columns, and a planted one is found.
#include "tests/architecture/line_widths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/architecture/source_files.h"

namespace daris::architecture {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string columns(std::size_t count) { return std::string(count, 'x'); }

TEST(LineWidths, HoldInEverySourceOfCpp) {
  for (const auto& file : source_files()) {
    const std::string ending = file.extension().string();
    if (ending == ".py" || ending == ".sh") continue;
    EXPECT_THAT(wide_lines(file.generic_string(), read_source(file)), IsEmpty());
  }
}

TEST(WideLines, NamesThePlaceAndTheWidth) {
  EXPECT_THAT(wide_lines("a.h", columns(110) + "\n"), IsEmpty());
  EXPECT_THAT(wide_lines("a.h", "\n" + columns(111) + "\n"),
              ElementsAre("a.h:2: 111 columns; 110 are the most"));
  EXPECT_THAT(wide_lines("a.h", columns(111)), SizeIs(1)) << "without a line feed";
}

TEST(WideLines, AStringLiteralMayBeWider) {
  EXPECT_THAT(wide_lines("a.h", "  f(\"" + columns(120) + "\");\n"), IsEmpty());
  EXPECT_THAT(wide_lines("a.h", "  f(\"\\\"" + columns(120) + "\");\n"), IsEmpty());
  EXPECT_THAT(wide_lines("a.h", "  f(R\"(" + columns(120) + "\n" + columns(130) + "\n)\");\n"), IsEmpty());
  EXPECT_THAT(wide_lines("a.h", "  f(R\"a(" + columns(120) + ")\" " + columns(120) + ")a\");\n"), IsEmpty());
}

TEST(WideLines, OnlyTheLongestLiteralCounts) {
  const std::string literal = "\"" + columns(70) + "\"";
  EXPECT_THAT(wide_lines("a.h", literal + " " + literal + "\n"), IsEmpty());
  EXPECT_THAT(wide_lines("a.h", literal + " " + literal + " " + literal + "\n"), SizeIs(1));
  EXPECT_THAT(wide_lines("a.h", columns(111) + "\"\"\n"), SizeIs(1));
}

TEST(WideLines, CommentsAndCharactersAreNoStrings) {
  EXPECT_THAT(wide_lines("a.h", "// \"" + columns(120) + "\"\n"), SizeIs(1));
  EXPECT_THAT(wide_lines("a.h", "/* it's \"\n" + columns(120) + "\" */\n"), SizeIs(1));
  EXPECT_THAT(wide_lines("a.h", "char a = '\"'; " + columns(120) + "\n"), SizeIs(1));
  EXPECT_THAT(wide_lines("a.h", "int a = 1'000; " + columns(120) + "\n"), SizeIs(1));
  EXPECT_THAT(wide_lines("a.h", "f(\"\\\\\"); " + columns(120) + "\n"), SizeIs(1));
}

TEST(WideLines, ALetterOfTwoBytesTakesOneColumn) {
  EXPECT_THAT(wide_lines("a.h", "// " + columns(106) + "\xC3\xA4\n"), IsEmpty());
}

}  // namespace
}  // namespace daris::architecture
