// Tables for papers and pages: what stands in them, apart from how they are written.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/publication/measured.h"
#include "analysis/publication/published.h"

namespace daris {

enum class CellKind { kText, kNumber, kPercent };

// A text, or a number with the ends of its interval. `digits` stand behind the point.
struct TableCell {
  CellKind kind = CellKind::kText;
  std::string text;
  Measured measured;
  int digits = 0;
};

struct TableColumn {
  std::string group;  // heading over several columns; empty: none
  std::string heading;
  std::string unit;
  int width_mm = 0;  // of prose, which breaks into lines of that width in LaTeX; 0: no line breaks
};

struct PrintedTable {
  std::vector<std::string> notes;  // one a line: where the figures come from, what all rows share
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;  // each as long as `columns`
  std::size_t text_columns = 0;              // the first ones, which tell rows apart
  // With these each part of a table begins that is too wide for a page. None: it is not split.
  std::vector<std::size_t> key_columns;
};

// A row a point: its shape, what else sets it apart, and its id; then jobs in time and the work that they
// are; for each level misses, rejections and the 99th percentile of the response time. Figures have 95%
// intervals where a point has them. REQUIRES: there is a point.
[[nodiscard]] PrintedTable points_table(const Published& published, std::span<const PublishedPoint> points);

// The points that stand for their policies: those of best_points() of each report (analysis/report/).
[[nodiscard]] std::vector<PublishedPoint> best_of(const Published& published,
                                                  std::span<const PublishedPoint> points);

// Markdown, and LaTeX for the packages booktabs and, above 40 rows, longtable. Both end in a line feed. LaTeX
// is split into parts that fit A4 at \scriptsize, with margins of 15 mm; Markdown has all columns beside each
// other.
[[nodiscard]] std::string to_markdown(const PrintedTable& table);
[[nodiscard]] std::string to_latex(const PrintedTable& table);

}  // namespace daris
