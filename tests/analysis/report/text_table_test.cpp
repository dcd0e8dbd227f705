#include "analysis/report/text_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_EQ(text_table({{"name", "n"}, {"\u4ea4\u901a", "10"}, {"caf\u00e9", "7"}}, 1),
            "name   n\n\u4ea4\u901a  10\ncaf\u00e9   7\n");
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
