#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

// What ARCHITECTURE.md and its picture say of the rooms, so that a test can compare them with rooms.h.
namespace daris::architecture {

// A room's folder -> the rooms that it may include.
using RoomTexts = std::map<std::string, std::set<std::string>>;

// Reads the table whose heading row begins "| room |". An entry of its last column is one of
//   `X`                       that room alone
//   what `X` may              all that X's row allows; X stands above
//   all of `base`             base, base/host and base/json
//   all rooms                 all rooms above
//   words without a code span what is no room, such as the standard library
// and entries are separated by commas or semicolons. A row of folders without C++ says "no C++" and is left
// out. Any other entry becomes a room of that text, which no table of rooms has.
[[nodiscard]] RoomTexts rooms_of_page(std::string_view markdown);

// How far from the top of the picture (SVG) the name of each room stands. A name is a text that begins with
// the room's folder and a '/'. A text that begins with a sub-room's last part belongs to the box above it.
[[nodiscard]] std::map<std::string, int> heights_in_picture(std::string_view svg);

}  // namespace daris::architecture
