#include "analysis/report/text_table.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/printable_text.h"

namespace daris {
namespace {

constexpr std::size_t kNameWidthMax = 28;
constexpr std::string_view kCut = "...";

bool is_long(const std::string& name) { return text_width(name) > kNameWidthMax; }

std::string cut_to_end(const std::string& name) {
  return is_long(name) ? std::string(kCut) + std::string(end_of_width(name, kNameWidthMax - kCut.size()))
                       : name;
}

std::string cut_in_middle(const std::string& name) {
  if (!is_long(name)) return name;
  constexpr std::size_t kEach = (kNameWidthMax - kCut.size()) / 2;
  return std::string(begin_of_width(name, kEach)) + std::string(kCut) +
         std::string(end_of_width(name, kEach));
}

// Returns nullopt if two names that differ would look alike.
std::optional<std::map<std::string, std::string>> told_apart(const std::set<std::string>& names,
                                                             std::string (*cut)(const std::string&)) {
  std::map<std::string, std::string> shown;
  std::set<std::string> looks;
  for (const std::string& name : names) looks.insert(shown[name] = cut(name));
  if (looks.size() < names.size()) return std::nullopt;
  return shown;
}

}  // namespace

std::string text_table(const std::vector<TextRow>& rows, std::size_t left_columns) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const TextRow& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], text_width(row[column]));
  }
  std::string text;
  for (const TextRow& row : rows) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (column > 0) line += "  ";
      line += column < left_columns ? left_aligned(row[column], widths[column])
                                    : right_aligned(row[column], widths[column]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

void shorten_column(std::vector<TextRow>& rows, std::size_t column) {
  std::set<std::string> names;
  for (const TextRow& row : rows) names.insert(row[column]);
  for (const auto cut : {cut_to_end, cut_in_middle}) {
    const std::optional<std::map<std::string, std::string>> shown = told_apart(names, cut);
    if (!shown) continue;
    for (TextRow& row : rows) row[column] = shown->at(row[column]);
    return;
  }
}

}  // namespace daris
