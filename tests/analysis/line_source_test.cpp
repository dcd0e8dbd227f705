#include "analysis/line_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

LineSource source(const std::string& text) { return LineSource(std::make_unique<std::istringstream>(text)); }

// Number and text of each line.
std::vector<std::pair<std::uint64_t, std::string>> lines(LineSource& source) {
  std::vector<std::pair<std::uint64_t, std::string>> lines;
  while (const auto line = source.next()) lines.emplace_back(source.number(), *line);
  return lines;
}

TEST(LineSource, GivesLinesWithTheirNumbersAndSkipsBlankOnes) {
  LineSource three = source("a\n\n \t\r\nb b\r\n\n c\n\n");
  EXPECT_THAT(lines(three), ElementsAre(Pair(1, "a"), Pair(4, "b b\r"), Pair(6, " c")));
  EXPECT_EQ(three.bytes(), 17U);
  EXPECT_FALSE(three.bad());
  EXPECT_EQ(three.next(), std::nullopt) << "and stays at the end";
}

TEST(LineSource, TellsALineThatTheEndCutsOff) {
  LineSource cut = source("a\nb");
  EXPECT_EQ(cut.next(), "a");
  EXPECT_FALSE(cut.cut_off());
  EXPECT_EQ(cut.next(), "b");
  EXPECT_TRUE(cut.cut_off());
  LineSource empty = source("");
  EXPECT_EQ(empty.next(), std::nullopt);
}

// Longer than a block, and blocks that end anywhere in a line.
TEST(LineSource, GivesLinesOfAnyLength) {
  std::string text;
  std::vector<std::string> expected;
  for (std::size_t length = 1; length < 3'000'000; length = 3 * length + 1) {
    for (int i = 0; i < 7; ++i) {
      expected.emplace_back(length + static_cast<std::size_t>(i), static_cast<char>('a' + i));
      text += expected.back() + "\n";
    }
  }
  LineSource long_ones = source(text);
  for (const std::string& line : expected) ASSERT_EQ(long_ones.next(), line);
  EXPECT_EQ(long_ones.next(), std::nullopt);
  EXPECT_EQ(long_ones.bytes(), text.size());
}

}  // namespace
}  // namespace daris
