#include "tests/architecture/architecture_page.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <vector>

namespace daris::architecture {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// The parts between separators, trimmed.
std::vector<std::string> parts_of(const std::string& text, std::string_view separators) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    parts.push_back(trimmed(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

// "`sim/`" -> "sim".
std::string folder_of(const std::string& code) {
  std::string name = code;
  name.erase(std::remove(name.begin(), name.end(), '`'), name.end());
  if (name.ends_with('/')) name.pop_back();
  return name;
}

std::set<std::string> rooms_of_entry(const std::string& entry, const RoomTexts& above) {
  std::smatch match;
  if (std::regex_match(entry, match, std::regex("what `([a-z/]+)` may"))) {
    const auto room = above.find(match[1]);
    return room == above.end() ? std::set<std::string>{entry} : room->second;
  }
  if (entry == "all of `base`") return {"base", "base/host", "base/json"};
  if (entry == "all rooms") {
    std::set<std::string> all;
    for (const auto& [room, unused] : above) all.insert(room);
    return all;
  }
  if (entry.find('`') == std::string::npos) return {};
  return {std::regex_match(entry, std::regex("`[a-z/]+`")) ? folder_of(entry) : entry};
}

}  // namespace

RoomTexts rooms_of_page(std::string_view markdown) {
  RoomTexts rooms;
  bool in_table = false;
  for (const std::string& line : lines_of(markdown)) {
    if (line.starts_with("| room |")) in_table = true;
    if (!line.starts_with('|')) in_table = false;
    const std::vector<std::string> cells = parts_of(line, "|");
    if (!in_table || cells.size() != 5 || cells[1].find('`') == std::string::npos || cells[3] == "no C++")
      continue;
    std::set<std::string> may_include;
    for (const std::string& entry : parts_of(cells[3], ",;")) may_include.merge(rooms_of_entry(entry, rooms));
    for (const std::string& room : parts_of(cells[1], ",")) rooms[folder_of(room)] = may_include;
  }
  return rooms;
}

std::map<std::string, int> heights_in_picture(std::string_view svg) {
  const std::regex text(R"re(<text class="(name|note)" x="\d+" y="(\d+)">([a-z/]+)/)re");
  std::map<std::string, int> heights;
  std::string box;
  for (const std::string& line : lines_of(svg)) {
    std::smatch match;
    if (!std::regex_search(line, match, text)) continue;
    const bool is_box = match[1] == "name";
    const std::string folder = is_box ? match[3].str() : box + "/" + match[3].str();
    if (is_box) box = folder;
    heights[folder] = std::stoi(match[2]);
  }
  return heights;
}

}  // namespace daris::architecture
