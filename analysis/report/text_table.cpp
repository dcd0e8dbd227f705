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

std::string without_end_spaces(const std::string& line) {
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

class Table {
 public:
  Table(const std::vector<TextRow>& rows, const TableLayout& layout)
      : rows_(rows),
        columns_(rows.front().size()),
        left_(std::min(layout.left_columns, columns_)),
        layout_(layout),
        widths_(columns_, 0) {
    for (const TextRow& row : rows) {
      for (std::size_t column = 0; column < columns_; ++column)
        widths_[column] = std::max(widths_[column], text_width(row[column]));
    }
  }

  [[nodiscard]] std::string text() const {
    if (!one_fits_beside_the_left()) return as_lists();
    std::string text;
    std::size_t first = left_;
    do {
      const std::size_t end = end_of_block(first);
      if (!text.empty()) text += "\n";
      text += block(first, end);
      first = end;
    } while (first < columns_);
    return text;
  }

 private:
  static constexpr std::size_t kGap = 2;

  [[nodiscard]] std::size_t left_width() const {
    std::size_t width = 0;
    for (std::size_t column = 0; column < left_; ++column) width += widths_[column] + kGap;
    return width;
  }

  [[nodiscard]] bool one_fits_beside_the_left() const {
    std::size_t widest = 0;
    for (std::size_t column = left_; column < columns_; ++column) widest = std::max(widest, widths_[column]);
    return left_width() + widest <= layout_.width_max;
  }

  // One past the last column that fits beside the left ones and those from `first` on.
  [[nodiscard]] std::size_t end_of_block(std::size_t first) const {
    std::size_t width = left_width();
    std::size_t end = first;
    while (end < columns_ && width + widths_[end] <= layout_.width_max) width += widths_[end++] + kGap;
    return end;
  }

  [[nodiscard]] bool flushed_left(std::size_t column) const {
    return column < left_ || (layout_.last_left && column + 1 == columns_);
  }

  void add_cell(const TextRow& row, std::size_t column, std::string& line) const {
    if (!line.empty()) line.append(kGap, ' ');
    line += flushed_left(column) ? left_aligned(row[column], widths_[column])
                                 : right_aligned(row[column], widths_[column]);
  }

  [[nodiscard]] std::string block(std::size_t first, std::size_t end) const {
    std::string text;
    for (const TextRow& row : rows_) {
      std::string line;
      for (std::size_t column = 0; column < left_; ++column) add_cell(row, column, line);
      for (std::size_t column = first; column < end; ++column) add_cell(row, column, line);
      text += without_end_spaces(line) + "\n";
    }
    return text;
  }

  // A cell that does not fit beside its heading goes on below.
  void add_entry(const std::string& heading, std::string_view cell, std::size_t indent,
                 std::string& list) const {
    constexpr std::size_t kLeast = 4;
    const std::size_t room = layout_.width_max > indent + kLeast ? layout_.width_max - indent : kLeast;
    list += left_aligned(heading, indent);
    while (text_width(cell) > room) {
      const std::string_view begin = begin_of_width(cell, room);
      list += std::string(begin) + "\n" + std::string(indent, ' ');
      cell.remove_prefix(begin.size());
    }
    list += std::string(cell) + "\n";
  }

  [[nodiscard]] std::string as_lists() const {
    const TextRow& headings = rows_.front();
    std::size_t width = 0;
    for (const std::string& heading : headings) width = std::max(width, text_width(heading));
    std::string text;
    for (std::size_t row = 1; row < rows_.size(); ++row) {
      std::string list;
      for (std::size_t column = 0; column < columns_; ++column) {
        if (!rows_[row][column].empty()) add_entry(headings[column], rows_[row][column], width + kGap, list);
      }
      if (!text.empty() && !list.empty()) text += "\n";
      text += list;
    }
    return text;
  }

  const std::vector<TextRow>& rows_;
  std::size_t columns_;
  std::size_t left_;
  TableLayout layout_;
  std::vector<std::size_t> widths_;
};

// What the line is indented by stands before its further lines too.
std::string wrapped_line(const std::string& line, std::size_t width_max) {
  if (text_width(line) <= width_max) return line;
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t fits = begin_of_width(line, width_max).size();
  std::size_t space = line.rfind(' ', fits);
  if (space == std::string::npos || space < indent) space = line.find(' ', std::max(fits, indent));
  if (space == std::string::npos) return line;
  return line.substr(0, space) + "\n" +
         wrapped_line(std::string(indent, ' ') + line.substr(space + 1), width_max);
}

}  // namespace

std::string text_table(const std::vector<TextRow>& rows, const TableLayout& layout) {
  return Table(rows, layout).text();
}

std::string wrapped(std::string_view text, std::size_t width_max) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += wrapped_line(std::string(text.substr(at, end - at)), width_max);
    if (end < text.size()) out += '\n';
    at = end + 1;
  }
  return out;
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
