// Tests table_parts(): each part of a table begins with its keys, and is as narrow as a page.
#include "analysis/publication/table_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace daris {
namespace {

using testing::ElementsAre;

// Columns of these groups, each 10 wide.
PrintedTable table_of(const std::vector<std::string>& groups, std::vector<std::size_t> keys) {
  PrintedTable table;
  for (const std::string& group : groups) table.columns.push_back({group, "heading", "", 0});
  table.key_columns = std::move(keys);
  return table;
}

auto parts_of(const PrintedTable& table, std::size_t width_max) {
  return table_parts(table, std::vector<std::size_t>(table.columns.size(), 10), width_max);
}

TEST(TableParts, WhatFitsIsOnePart) {
  EXPECT_THAT(parts_of(table_of({"", "", ""}, {1}), 30), ElementsAre(ElementsAre(0, 1, 2)));
}

TEST(TableParts, WithoutKeysNothingIsSplit) {
  EXPECT_THAT(parts_of(table_of({"", "", ""}, {}), 20), ElementsAre(ElementsAre(0, 1, 2)));
}

TEST(TableParts, EachPartHasTheKeysInTheirPlaces) {
  EXPECT_THAT(parts_of(table_of({"", "", "", "", ""}, {1}), 30),
              ElementsAre(ElementsAre(0, 1, 2), ElementsAre(1, 3, 4)));
}

TEST(TableParts, AGroupStaysTogether) {
  EXPECT_THAT(parts_of(table_of({"", "", "a", "a", "b", "b"}, {0}), 39),
              ElementsAre(ElementsAre(0, 1), ElementsAre(0, 2, 3), ElementsAre(0, 4, 5)));
}

TEST(TableParts, AGroupThatIsTooWideIsSplit) {
  EXPECT_THAT(parts_of(table_of({"", "a", "a", "a"}, {0}), 30),
              ElementsAre(ElementsAre(0, 1, 2), ElementsAre(0, 3)));
}

TEST(TableParts, AColumnThatFitsNowhereStandsAlone) {
  EXPECT_THAT(parts_of(table_of({"", "", ""}, {0}), 15), ElementsAre(ElementsAre(0, 1), ElementsAre(0, 2)));
}

}  // namespace
}  // namespace daris
