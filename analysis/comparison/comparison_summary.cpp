#include "analysis/comparison/comparison_summary.h"

#include <algorithm>

namespace daris {
namespace {

std::size_t& count_of(FigureSummaryRow& row, FigureVerdict verdict) {
  switch (verdict) {
    case FigureVerdict::kBetter: return row.better;
    case FigureVerdict::kWorse: return row.worse;
    case FigureVerdict::kSame: return row.same;
    case FigureVerdict::kTooLittleData: break;
  }
  return row.too_little_data;
}

}  // namespace

std::vector<FigureSummaryRow> summarize(const Comparison& comparison) {
  std::vector<FigureSummaryRow> rows;
  for (const ComparedPoint& point : comparison.points) {
    for (const ComparedFigure& figure : point.figures) {
      auto row = std::find_if(rows.begin(), rows.end(),
                              [&](const FigureSummaryRow& one) { return one.figure == figure.name; });
      if (row == rows.end()) row = rows.insert(row, FigureSummaryRow{figure.name});
      ++count_of(*row, figure.verdict);
      row->regressions += figure.regression ? 1 : 0;
    }
  }
  return rows;
}

}  // namespace daris
