// This file writes what analysis/report/ablation.h finds: the document and the table.
#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "analysis/report/ablation.h"
#include "analysis/report/text_table.h"
#include "base/json/json.h"
#include "base/printable_text.h"

namespace daris {
namespace {

Json metric_to_json(const MetricDifference& metric) {
  Json difference = nullptr;
  if (metric.difference_95)
    difference = {rounded(metric.difference_95->low), rounded(metric.difference_95->high)};
  return {{"metric", metric.metric},
          {"default", rounded(metric.base)},
          {"changed", rounded(metric.variant)},
          {"difference_95", std::move(difference)},
          {"verdict", to_text(metric.verdict)}};
}

// "-12.3 [-14.1, -10.5] worse"; rates are in per cent.
std::string cell(const MetricDifference& metric) {
  if (!metric.difference_95) return "-";
  const bool rate = metric.metric.size() > 5 && metric.metric.substr(metric.metric.size() - 5) == "_rate";
  const double scale = rate ? 100 : 1;
  const auto signed_text = [&](double value) {
    return fmt::format("{:+.{}f}", value * scale + 0.0, rate ? 3 : 2);
  };
  const std::string_view word = metric.verdict == Verdict::kHurts   ? "worse "
                                : metric.verdict == Verdict::kHelps ? "better"
                                                                    : "same  ";
  return fmt::format("{}{} [{}, {}] {}", signed_text(metric.variant - metric.base), rate ? "%" : "",
                     signed_text(metric.difference_95->low), signed_text(metric.difference_95->high), word);
}

std::string heading(const std::string& metric) {
  std::string text = metric;
  for (char& letter : text) letter = letter == '_' ? ' ' : letter;
  return text;
}

// The table of the rows [first, end), which have one scenario and the same metrics.
std::string section(const std::vector<AblationRow>& rows, std::size_t first, std::size_t end,
                    std::size_t width_max) {
  TextRow header = {"switch", "default", "changed to", "the change ..."};
  for (const MetricDifference& metric : rows[first].metrics) header.push_back(heading(metric.metric));
  std::vector<TextRow> table = {header};
  for (std::size_t i = first; i < end; ++i) {
    const AblationRow& row = rows[i];
    TextRow cells = {row.switch_key, row.from, row.to, to_text(row.verdict)};
    for (const MetricDifference& metric : row.metrics) cells.push_back(cell(metric));
    cells.resize(header.size(), "-");
    table.push_back(std::move(cells));
  }
  const std::string& scenario = rows[first].scenario;
  return (scenario == "all" ? "Mean over all scenarios above" : printable(scenario)) + "\n" +
         text_table(table, {4, false, width_max}) + "\n";
}

}  // namespace

std::string to_text(Verdict verdict) {
  if (verdict == Verdict::kHurts) return "hurts";
  return verdict == Verdict::kHelps ? "helps" : "no difference";
}

Json ablations_to_json(const std::vector<AblationRow>& rows, const Json& report) {
  Json document = {{"schema", "daris.ablations"},
                   {"version", 1},
                   {"provenance", report.at("provenance")},
                   {"rows", Json::array()}};
  for (const AblationRow& row : rows) {
    Json metrics = Json::array();
    for (const MetricDifference& metric : row.metrics) metrics.push_back(metric_to_json(metric));
    document["rows"].push_back({{"scenario", row.scenario},
                                {"switch", row.switch_key},
                                {"from", row.from},
                                {"to", row.to},
                                {"verdict", to_text(row.verdict)},
                                {"metrics", std::move(metrics)}});
  }
  return document;
}

std::string ablations_table(const std::vector<AblationRow>& rows, std::size_t width_max) {
  constexpr std::size_t kProseWidth = 110;
  std::string text = wrapped(
      "What changing one switch of DARIS away from its default does. Each figure: changed less default, mean "
      "and 95% interval (paired by replication, Student's t). The verdict of a row is that of the first "
      "figure, "
      "from the left, whose interval excludes 0; \"hurts\" means that the default is worth having. Look at "
      "the "
      "whole row: a change may buy throughput with level 0's response time.\n\n",
      std::min(kProseWidth, width_max));
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t end = first;
    while (end < rows.size() && rows[end].scenario == rows[first].scenario) ++end;
    text += section(rows, first, end, width_max);
    first = end;
  }
  return text;
}

}  // namespace daris
