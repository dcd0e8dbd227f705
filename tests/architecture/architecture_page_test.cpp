// ARCHITECTURE.md and its picture say the same of the rooms as the rules that sources are checked by.
#include "tests/architecture/architecture_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/architecture/rooms.h"
#include "tests/architecture/source_files.h"

namespace daris::architecture {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

RoomTexts checked_rooms() {
  RoomTexts texts;
  for (const Room& room : rooms())
    texts[std::string(room.folder)].insert(room.may_include.begin(), room.may_include.end());
  return texts;
}

TEST(ArchitecturePage, ItsTableIsTheOneThatSourcesAreCheckedBy) {
  const RoomTexts on_page = rooms_of_page(read_source("ARCHITECTURE.md"));
  const RoomTexts checked = checked_rooms();
  for (const auto& [room, may_include] : checked) {
    ASSERT_TRUE(on_page.contains(room)) << room << "/ has no row in ARCHITECTURE.md";
    EXPECT_EQ(on_page.at(room), may_include) << room;
  }
  for (const auto& [room, unused] : on_page)
    EXPECT_TRUE(checked.contains(room)) << room << " is a room in ARCHITECTURE.md alone";
}

TEST(ArchitecturePage, ItsPictureHasEveryRoomAboveWhatItMayInclude) {
  const std::map<std::string, int> heights = heights_in_picture(read_source("docs/architecture.svg"));
  for (const auto& [room, may_include] : checked_rooms()) {
    ASSERT_TRUE(heights.contains(room)) << room << "/ is not in docs/architecture.svg";
    for (const std::string& below : may_include)
      EXPECT_LT(heights.at(room), heights.at(below)) << room << " must stand above " << below;
  }
}

TEST(RoomsOfPage, ReadsEveryKindOfEntry) {
  const RoomTexts found = rooms_of_page(
      "| file | what |\n|---|---|\n| `none/` | x |\n\n"
      "| room | what | may include |\n|---|---|---|\n"
      "| `base/` | x | standard library |\n"
      "| `base/host/`, `base/json/` | x | `base`; POSIX |\n"
      "| `low/` | x | all of `base` |\n"
      "| `pictures/` | x | no C++ |\n"
      "| `high/` | x | what `low` may; `low` |\n"
      "| `top/` | x | all rooms |\n");
  EXPECT_EQ(found.size(), 6U);
  EXPECT_THAT(found.at("base"), IsEmpty());
  EXPECT_THAT(found.at("base/json"), ElementsAre("base"));
  EXPECT_THAT(found.at("low"), ElementsAre("base", "base/host", "base/json"));
  EXPECT_THAT(found.at("high"), ElementsAre("base", "base/host", "base/json", "low"));
  EXPECT_THAT(found.at("top"), ElementsAre("base", "base/host", "base/json", "high", "low"));
}

TEST(RoomsOfPage, KeepsWhatItDoesNotUnderstand) {
  const RoomTexts found =
      rooms_of_page("| room | what | may include |\n| `a/` | x | what `b` may, `b` but not `b/c` |\n");
  EXPECT_THAT(found.at("a"), ElementsAre("`b` but not `b/c`", "what `b` may"));
}

TEST(HeightsInPicture, FindsRoomsAndSubRooms) {
  const auto heights = heights_in_picture(
      "<text class=\"name\" x=\"1\" y=\"10\">high/: x</text>\n<text class=\"note\" x=\"1\" y=\"20\">sub/: "
      "x</text>\n"
      "<text class=\"name\" x=\"1\" y=\"30\">low/sub/</text>\n<text class=\"note\" x=\"1\" "
      "y=\"40\">words</text>\n");
  EXPECT_THAT(heights,
              ElementsAre(std::pair("high", 10), std::pair("high/sub", 20), std::pair("low/sub", 30)));
}

}  // namespace
}  // namespace daris::architecture
