// This file writes the tables of analysis/comparison/comparison_text.h.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/comparison/comparison_summary.h"
#include "analysis/comparison/comparison_text.h"
#include "analysis/report/text_table.h"
#include "base/printable_text.h"

namespace daris {
namespace {

std::string words_of(const std::string& figure) {
  std::string words = figure;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

// Shares of jobs are shown in per cent.
std::string number(std::optional<double> value, bool share) {
  if (!value) return "-";
  return share ? fmt::format("{:.3f}%", 100 * *value) : fmt::format("{:.5g}", *value);
}

std::string interval(const ComparedFigure& figure) {
  if (!figure.difference_95) return "-";
  const double scale = figure.share ? 100 : 1;
  const auto end = [&](double value) { return fmt::format("{:+.4g}", scale * value + 0.0); };
  return fmt::format("[{}, {}]", end(figure.difference_95->low), end(figure.difference_95->high));
}

std::string relative(const ComparedFigure& figure) {
  const std::optional<double> value = relative_difference(figure);
  if (!value) return "-";
  return fmt::format("{:+.2f}{}", 100 * *value + 0.0, figure.share ? " points" : "%");
}

bool changed(const ComparedFigure& figure) {
  return figure.verdict == FigureVerdict::kBetter || figure.verdict == FigureVerdict::kWorse;
}

std::string runs_of(const ComparedPoint& point) {
  if (point.figures.empty()) return "";
  const ComparedFigure& first = point.figures.front();
  if (point.paired) return fmt::format("pairs: {}", first.runs_before);
  return fmt::format("runs: {} and {}, not paired", first.runs_before, first.runs_after);
}

std::string section(const ComparedPoint& point, bool only_changes, std::size_t width_max) {
  std::vector<TextRow> rows{{"figure", "before", "after", "difference", "95% interval", "verdict"}};
  for (const ComparedFigure& figure : point.figures) {
    if (only_changes && !changed(figure)) continue;
    rows.push_back({words_of(figure.name), number(figure.before, figure.share),
                    number(figure.after, figure.share), relative(figure), interval(figure),
                    fmt::format("{}{}", to_text(figure.verdict), figure.regression ? ", a regression" : "")});
  }
  if (rows.size() == 1) return "";
  return fmt::format("{} ({}){}\n", printable(point.name), runs_of(point),
                     point.throttled.empty() ? "" : ", with a throttled SM clock") +
         text_table(rows, {1, true, width_max}) + "\n";
}

}  // namespace

std::string comparison_summary(const Comparison& comparison, std::size_t width_max) {
  std::vector<TextRow> rows{
      {"points by figure", "better", "worse", "of these regressions", "same", "too little data"}};
  for (const FigureSummaryRow& row : summarize(comparison))
    rows.push_back({words_of(row.figure), std::to_string(row.better), std::to_string(row.worse),
                    std::to_string(row.regressions), std::to_string(row.same),
                    std::to_string(row.too_little_data)});
  return text_table(rows, {1, false, width_max});
}

std::string comparison_table(const Comparison& comparison, bool only_changes, std::size_t width_max) {
  std::string text;
  for (const ComparedPoint& point : comparison.points) text += section(point, only_changes, width_max);
  return text;
}

}  // namespace daris
