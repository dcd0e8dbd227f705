// This file writes the document of analysis/comparison/comparison_text.h.
#include "analysis/comparison/comparison_summary.h"
#include "analysis/comparison/comparison_text.h"
#include "analysis/report/results_json.h"
#include "analysis/report/statistics.h"
#include "base/json/checked_document.h"
#include "base/json/document_provenance.h"
#include "base/json/json.h"

namespace daris {
namespace {

Json side_to_json(const ComparedReport& side) {
  return {
      {"file", side.name}, {"kind", side.report->at("kind")}, {"provenance", side.report->at("provenance")}};
}

Json interval_to_json(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({rounded(interval->low), rounded(interval->high)});
}

Json figure_to_json(const ComparedFigure& figure) {
  return {{"figure", figure.name},
          {"share", figure.share},
          {"runs", Json::array({figure.runs_before, figure.runs_after})},
          {"before", rounded_or_null(figure.before)},
          {"after", rounded_or_null(figure.after)},
          {"difference", rounded_or_null(figure.difference)},
          {"difference_95", interval_to_json(figure.difference_95)},
          {"relative", rounded_or_null(relative_difference(figure))},
          {"verdict", to_text(figure.verdict)},
          {"regression", figure.regression}};
}

Json point_to_json(const ComparedPoint& point) {
  Json figures = Json::array();
  for (const ComparedFigure& figure : point.figures) figures.push_back(figure_to_json(figure));
  return {{"name", point.name},           {"before", point.before}, {"after", point.after},
          {"throttled", point.throttled}, {"paired", point.paired}, {"figures", std::move(figures)}};
}

Json summary_to_json(const FigureSummaryRow& row) {
  return {{"figure", row.figure},
          {"better", row.better},
          {"worse", row.worse},
          {"same", row.same},
          {"too_little_data", row.too_little_data},
          {"regressions", row.regressions}};
}

}  // namespace

Json comparison_to_json(const Comparison& comparison, const ComparedReport& before,
                        const ComparedReport& after, const ComparisonSettings& settings,
                        const std::string& command) {
  Json document = {{"schema", "daris.comparison"},
                   {"version", 1},
                   {"provenance", provenance_of(command)},
                   {"before", side_to_json(before)},
                   {"after", side_to_json(after)},
                   {"by", settings.match.by},
                   {"ignore", settings.match.ignore},
                   {"tolerance", settings.tolerance},
                   {"level", kConfidenceLevel},
                   {"regressions", regressions(comparison)},
                   {"summary", Json::array()},
                   {"points", Json::array()},
                   {"left_out", Json::array()}};
  for (const FigureSummaryRow& row : summarize(comparison))
    document["summary"].push_back(summary_to_json(row));
  for (const ComparedPoint& point : comparison.points) document["points"].push_back(point_to_json(point));
  for (const LeftOutPoint& point : comparison.left_out)
    document["left_out"].push_back({{"file", point.file}, {"id", point.id}, {"reason", point.reason}});
  check_document("daris.comparison", document);
  return document;
}

}  // namespace daris
