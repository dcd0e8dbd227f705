#include "analysis/report/text_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace daris {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> shortened(const std::vector<std::string>& names) {
  std::vector<TextRow> rows;
  rows.reserve(names.size());
  for (const std::string& name : names) rows.push_back({name});
  shorten_column(rows, 0);
  std::vector<std::string> shown;
  shown.reserve(rows.size());
  for (const TextRow& row : rows) shown.push_back(row[0]);
  return shown;
}

TEST(TextTable, AlignsByColumnsOfTheTerminal) {
  EXPECT_EQ(text_table({{"name", "n"}, {"\u4ea4\u901a", "10"}, {"caf\u00e9", "7"}}, {}),
            "name   n\n\u4ea4\u901a  10\ncaf\u00e9   7\n");
}

const std::vector<TextRow> kWide{{"set", "policy", "jobs/s", "missed", "busy"},
                                 {"driving", "daris", "1234.5", "0.01%", "87%"},
                                 {"drones", "edf", "7.0", "-", "5%"}};

TEST(TextTable, ContinuesBelowWhatIsTooWide) {
  EXPECT_EQ(text_table(kWide, {2, false, 31}),
            "set      policy  jobs/s  missed\n"
            "driving  daris   1234.5   0.01%\n"
            "drones   edf        7.0       -\n"
            "\n"
            "set      policy  busy\n"
            "driving  daris    87%\n"
            "drones   edf       5%\n");
}

TEST(TextTable, FitsIntoEveryWidthThatHoldsAHeadingAndACell) {
  for (std::size_t width = 15; width < 50; ++width) {
    std::istringstream lines(text_table(kWide, {2, true, width}));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), width) << line;
  }
}

TEST(TextTable, ListsTheCellsOfARowIfNoColumnFits) {
  EXPECT_EQ(text_table({{"set", "n"}, {"highway-at-night", "10"}, {"", ""}, {"day", "7"}}, {1, false, 12}),
            "set  highway\n     -at-nig\n     ht\nn    10\n\nset  day\nn    7\n");
}

TEST(TextTable, BreaksLongCellsOfAList) {
  const std::string text = text_table({{"name", "n"}, {"abcdefghijklmnopqrstuvwxyz", "1"}}, {1, false, 16});
  EXPECT_EQ(text, "name  abcdefghij\n      klmnopqrst\n      uvwxyz\nn     1\n");
}

TEST(TextTable, ShowsAnEmptyRowAsAnEmptyLine) {
  EXPECT_EQ(text_table({{"a", "b"}, {"", ""}, {"1", "2"}}, {}), "a  b\n\n1  2\n");
}

TEST(Wrapped, BreaksBetweenWordsAndKeepsTheIndent) {
  EXPECT_EQ(wrapped("one two three\n  four five\n", 9), "one two\nthree\n  four\n  five\n");
  EXPECT_EQ(wrapped("  a_word_that_is_too_long b", 8), "  a_word_that_is_too_long\n  b");
  EXPECT_EQ(wrapped("as it stands\n\n", kAnyWidth), "as it stands\n\n");
}

TEST(ShortenColumn, LeavesShortNamesAlone) {
  EXPECT_THAT(shortened({"task set", "driving", "driving"}), ElementsAre("task set", "driving", "driving"));
}

TEST(ShortenColumn, KeepsTheEndsOfPaths) {
  EXPECT_THAT(shortened({"runs/2026/november/highway/day.json", "runs/2026/november/highway/night.json"}),
              ElementsAre("...november/highway/day.json", "...vember/highway/night.json"));
}

TEST(ShortenColumn, KeepsBothEndsIfTheEndsAreAlike) {
  EXPECT_THAT(
      shortened({"north/camera-sets-of-2026-11/cameras.json", "south/camera-sets-of-2026-11/cameras.json"}),
      ElementsAre("north/camera...cameras.json", "south/camera...cameras.json"));
}

TEST(ShortenColumn, KeepsNamesWholeThatDifferInTheMiddle) {
  const std::vector<std::string> names{"a-long-name-for-a-folder/north/the-cameras.json",
                                       "a-long-name-for-a-folder/south/the-cameras.json",
                                       "a-long-name-for-b-folder/south/the-cameras.json"};
  EXPECT_EQ(shortened(names), names);
}

TEST(ShortenColumn, CutsBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 20; ++i) name += "\u4ea4";
  const std::vector<std::string> shown = shortened({name + "a", name + "b"});
  EXPECT_EQ(shown[0].substr(0, 6), "...\u4ea4");
}

}  // namespace
}  // namespace daris
