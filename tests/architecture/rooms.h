#pragma once

#include <span>
#include <string_view>

// The rooms of ARCHITECTURE.md: folders of sources, and which rooms each may include.
namespace daris::architecture {

// A room is a folder with all that is below it, except for the rooms inside it.
struct Room {
  std::string_view folder;
  std::span<const std::string_view> may_include;  // other rooms; a room always includes itself
};

// A room stands behind all rooms that it may include. So no arrow points upward, and there are no circles.
[[nodiscard]] std::span<const Room> rooms();

// The room of a path from the project's root. Returns nullptr if the path lies in none (tests, bench,
// scripts).
[[nodiscard]] const Room* room_of(std::string_view path);

}  // namespace daris::architecture
