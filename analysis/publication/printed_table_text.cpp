#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "analysis/publication/printed_table.h"
#include "analysis/publication/table_parts.h"

namespace daris {
namespace {

constexpr std::size_t kTabularRowsMax = 40;  // above, a table breaks over pages
// In digits of \scriptsize, which are 1.4 mm wide, of the 180 mm between the margins of A4. Words may be a
// little wider than digits.
constexpr std::size_t kWidthMax = 122;
constexpr std::size_t kGap = 3;  // between two columns, likewise
constexpr double kDigitsPerMm = 1 / 1.4;

// What the two ways of writing differ in.
struct Marks {
  std::string_view plus_minus;
  std::string (*escaped)(const std::string&);
};

// A bracket at the begin of a row would be an argument of the line break before it.
constexpr std::array<std::pair<char, std::string_view>, 6> kLatexWords{{{'~', "\\textasciitilde{}"},
                                                                        {'^', "\\textasciicircum{}"},
                                                                        {'\\', "\\textbackslash{}"},
                                                                        {'<', "\\textless{}"},
                                                                        {'>', "\\textgreater{}"},
                                                                        {'[', "{[}"}}};

std::string latex_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto word = std::find_if(kLatexWords.begin(), kLatexWords.end(),
                                   [&](const auto& entry) { return entry.first == c; });
    if (std::string_view("&%$#_{}").find(c) != std::string_view::npos) result += '\\';
    if (word == kLatexWords.end()) {
      result += c;
    } else {
      result += word->second;
    }
  }
  return result;
}

std::string markdown_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\|*_`<[").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

constexpr Marks kLatex{"$\\pm$", latex_escaped};
constexpr Marks kMarkdown{"\u00b1", markdown_escaped};

// An interval about its value is written by its half width; any other by its ends.
std::string number_text_of(const TableCell& cell, const Marks& marks) {
  const Measured& measured = cell.measured;
  if (!measured.value) return "-";
  const double scale = cell.kind == CellKind::kPercent ? 100 : 1;
  std::string text = fmt::format("{:.{}f}", *measured.value * scale, cell.digits);
  if (!measured.low || !measured.high) return text;
  const double below = *measured.value - *measured.low;
  const double above = *measured.high - *measured.value;
  const bool even = std::abs(below - above) <= 1e-9 * std::max(1.0, *measured.value);
  if (even && cell.kind == CellKind::kNumber)
    return text + fmt::format(" {} {:.{}f}", marks.plus_minus, above * scale, cell.digits);
  return text + fmt::format(" [{:.{}f}, {:.{}f}]", *measured.low * scale, cell.digits, *measured.high * scale,
                            cell.digits);
}

std::string cell_text(const TableCell& cell, const Marks& marks) {
  return cell.kind == CellKind::kText ? marks.escaped(cell.text) : number_text_of(cell, marks);
}

std::string with_unit(const TableColumn& column, const Marks& marks) {
  const std::string unit = column.unit.empty() ? "" : " (" + column.unit + ")";
  return marks.escaped(column.heading + unit);
}

// As it is printed.
constexpr Marks kPlain{"+", [](const std::string& text) { return text; }};

// Of all columns, in digits.
std::vector<std::size_t> widths_of(const PrintedTable& table) {
  std::vector<std::size_t> widths;
  widths.reserve(table.columns.size());
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const TableColumn& column = table.columns[c];
    std::size_t width = with_unit(column, kPlain).size();
    if (column.width_mm > 0) {
      width = static_cast<std::size_t>(column.width_mm * kDigitsPerMm);
    } else {
      for (const auto& row : table.rows) width = std::max(width, cell_text(row[c], kPlain).size());
    }
    widths.push_back(width + kGap);
  }
  return widths;
}

using Columns = std::vector<std::size_t>;

// "\multicolumn{3}{c}{level 0}" over the columns of a group, with its rule; empty if no column has a group.
std::string latex_groups(const PrintedTable& table, const Columns& columns) {
  std::string cells;
  std::string rules;
  for (std::size_t i = 0; i < columns.size();) {
    const std::string& group = table.columns[columns[i]].group;
    std::size_t end = i + 1;
    while (!group.empty() && end < columns.size() && table.columns[columns[end]].group == group) ++end;
    if (i > 0) cells += " & ";
    if (!group.empty()) {
      cells += fmt::format("\\multicolumn{{{}}}{{c}}{{{}}}", end - i, latex_escaped(group));
      rules += fmt::format("\\cmidrule(lr){{{}-{}}}", i + 1, end);
    }
    i = end;
  }
  return rules.empty() ? "" : cells + " \\\\\n" + rules + "\n";
}

std::string latex_head(const PrintedTable& table, const Columns& columns) {
  std::string line;
  for (const std::size_t c : columns)
    line += (line.empty() ? "" : " & ") + with_unit(table.columns[c], kLatex);
  return "\\toprule\n" + latex_groups(table, columns) + line + " \\\\\n\\midrule\n";
}

std::string latex_columns(const PrintedTable& table, const Columns& columns) {
  std::string text;
  for (const std::size_t c : columns) {
    if (table.columns[c].width_mm > 0) {
      text += fmt::format("p{{{}mm}}", table.columns[c].width_mm);
    } else {
      text += c < table.text_columns ? 'l' : 'r';
    }
  }
  return text;
}

bool begins_group(const PrintedTable& table, std::size_t row) {
  return row > 0 && table.text_columns > 1 && table.rows[row][0].text != table.rows[row - 1][0].text;
}

void append_latex_part(const PrintedTable& table, const Columns& columns, std::string_view environment,
                       std::string& text) {
  text += fmt::format("\\begin{{{}}}{{{}}}\n", environment, latex_columns(table, columns));
  text += latex_head(table, columns);
  if (environment == "longtable") text += "\\endhead\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    if (begins_group(table, r)) text += "\\addlinespace\n";
    for (std::size_t i = 0; i < columns.size(); ++i)
      text += (i == 0 ? "" : " & ") + cell_text(table.rows[r][columns[i]], kLatex);
    text += " \\\\\n";
  }
  text += fmt::format("\\bottomrule\n\\end{{{}}}\n", environment);
}

}  // namespace

std::string to_markdown(const PrintedTable& table) {
  std::string text;
  for (const std::string& note : table.notes) text += markdown_escaped(note) + "  \n";
  std::string head = "|";
  std::string rule = "|";
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const TableColumn& column = table.columns[c];
    const std::string group = column.group.empty() ? "" : column.group + " ";
    head += " " + markdown_escaped(group) + with_unit(column, kMarkdown) + " |";
    rule += c < table.text_columns ? "---|" : "---:|";
  }
  text += "\n" + head + "\n" + rule + "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (const TableCell& cell : row) text += " " + cell_text(cell, kMarkdown) + " |";
    text += "\n";
  }
  return text;
}

std::string to_latex(const PrintedTable& table) {
  const bool is_long = table.rows.size() > kTabularRowsMax;
  std::string text =
      is_long ? "% needs \\usepackage{booktabs,longtable}\n" : "% needs \\usepackage{booktabs}\n";
  for (const std::string& note : table.notes) text += "% " + note + "\n";
  std::string_view before;
  for (const Columns& columns : table_parts(table, widths_of(table), kWidthMax)) {
    text += before;
    append_latex_part(table, columns, is_long ? "longtable" : "tabular", text);
    before = is_long ? "\n" : "\n\\medskip\\noindent\n";
  }
  return text;
}

}  // namespace daris
