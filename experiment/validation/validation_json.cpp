#include "experiment/validation/validation_json.h"

#include <map>
#include <vector>

#include "analysis/report/results_json.h"
#include "analysis/report/statistics.h"
#include "base/json/checked_document.h"
#include "base/json/document_provenance.h"
#include "base/json/json.h"

namespace daris {
namespace {

Json level_or_null(std::optional<std::uint32_t> level) { return level ? Json(*level) : Json(nullptr); }

Json summary_to_json(const FigureSummary& summary) {
  const auto known = [&](double value) { return summary.points > 0 ? Json(rounded(value)) : Json(nullptr); };
  return {{"figure", summary.figure},
          {"level", level_or_null(summary.level)},
          {"share", summary.is_share},
          {"points", summary.points},
          {"mean", known(summary.mean)},
          {"p50", known(summary.p50)},
          {"p90", known(summary.p90)},
          {"largest", known(summary.largest)},
          {"bias", known(summary.bias)},
          {"repeated", summary.repeated},
          {"spread", rounded_or_null(summary.spread)}};
}

Json summaries_to_json(const std::vector<FigureSummary>& summaries) {
  Json all = Json::array();
  for (const FigureSummary& summary : summaries) all.push_back(summary_to_json(summary));
  return all;
}

Json figure_to_json(const PointFigure& figure) {
  return {{"figure", figure.name},
          {"level", level_or_null(figure.level)},
          {"live", rounded_or_null(figure.live)},
          {"simulated", rounded_or_null(figure.simulated)},
          {"error", rounded_or_null(figure.error)},
          {"spread", rounded_or_null(figure.spread)}};
}

Json head_of(const LivePoint& live) {
  return {{"id", live.point.at("id")}, {"file", live.file}, {"label", label_of(live.point)}};
}

Json cause_to_json(const std::optional<ErrorCause>& cause) {
  if (!cause) return nullptr;
  return {{"name", cause->name}, {"text", cause->text}};
}

Json figures_to_json(const std::vector<PointFigure>& figures) {
  Json all = Json::array();
  for (const PointFigure& figure : figures) all.push_back(figure_to_json(figure));
  return all;
}

Json further_to_json(const std::optional<FurtherPrediction>& further) {
  if (!further) return nullptr;
  return {{"figures", figures_to_json(further->figures)},
          {"reason", further->reason.empty() ? Json(nullptr) : Json(further->reason)}};
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json ranking_to_json(const ShapeRanking& ranking) {
  return {{"label", ranking.label},
          {"shapes", ranking.shapes},
          {"tau_b", rounded_or_null(ranking.tau_b)},
          {"repeat_tau_b", rounded_or_null(ranking.repeat_tau_b)},
          {"live_best", ranking.live_best},
          {"simulated_best", ranking.simulated_best},
          {"kept", rounded_or_null(ranking.kept)},
          {"live_cheapest", text_or_null(ranking.live_cheapest)},
          {"simulated_cheapest", text_or_null(ranking.simulated_cheapest)},
          {"cheapest_costs", rounded_or_null(ranking.cheapest_costs)},
          {"cheapest_tied", ranking.cheapest_costs ? Json(ranking.cheapest_tied) : Json(nullptr)},
          {"repeat_cheapest_costs", rounded_or_null(ranking.repeat_cheapest_costs)}};
}

Json schedule_to_json(const ScheduleComparison& schedule) {
  return {{"points", schedule.points},
          {"own_decisions", summaries_to_json(schedule.own_decisions)},
          {"live_decisions", summaries_to_json(schedule.live_decisions)}};
}

Json point_to_json(const ValidatedPoint& point) {
  Json json = head_of(*point.live);
  json["gpu"] = point.live->provenance.value("gpu", Json());
  json["driver"] = point.live->provenance.value("driver", Json());
  json["config"] = point.live->point.at("config");
  json["runs"] = point.runs;
  json["simulated"] = {{"id", point.simulated_id},
                       {"profile_sha256", point.provenance.at("profile_sha256")},
                       {"contention_model_sha256", point.provenance.at("contention_model_sha256")}};
  json["differences"] = Json::array();
  for (const Difference& one : point.differences)
    json["differences"].push_back({{"field", one.field}, {"live", one.live}, {"simulated", one.simulated}});
  json["figures"] = figures_to_json(point.figures);
  json["scheduled"] = further_to_json(point.scheduled);
  json["without_contention"] = further_to_json(point.without_contention);
  json["cause"] = cause_to_json(point.cause);
  return json;
}

Json coverage_to_json(const Validation& validation) {
  std::map<std::string, std::size_t> reasons;
  for (const UncoveredPoint& point : validation.uncovered) ++reasons[point.reason];
  Json list = Json::array();
  for (const auto& [reason, points] : reasons) list.push_back({{"reason", reason}, {"points", points}});
  return {{"live_points", validation.points.size() + validation.uncovered.size()},
          {"simulated", validation.points.size()},
          {"reasons", std::move(list)}};
}

Json worst_to_json(const Validation& validation) {
  Json worst = Json::array();
  for (const std::size_t index : worst_points(validation)) {
    const ValidatedPoint& point = validation.points[index];
    Json entry = head_of(*point.live);
    entry["error"] = rounded_or_null(run_figure(point.figures, kThroughputFigure).error);
    entry["cause"] = cause_to_json(point.cause);
    worst.push_back(std::move(entry));
  }
  return worst;
}

}  // namespace

Json validation_to_json(const Validation& validation, const std::string& command, bool brief) {
  Json document = {{"schema", "daris.validation"},
                   {"version", 1},
                   {"provenance", provenance_of(command)},
                   {"coverage", coverage_to_json(validation)},
                   {"summary", summaries_to_json(validation.summary)},
                   {"groups", Json::array()},
                   {"rankings", Json::array()},
                   {"references", Json::array()},
                   {"schedule", schedule_to_json(validation.schedule)},
                   {"worst", worst_to_json(validation)},
                   {"points", Json::array()},
                   {"not_simulated", Json::array()}};
  for (const ValidationGroup& group : validation.groups) {
    document["groups"].push_back({{"by", group.by},
                                  {"value", group.value},
                                  {"points", group.points.size()},
                                  {"summary", summaries_to_json(summary_of(validation, group))}});
  }
  for (const ShapeRanking& ranking : validation.rankings)
    document["rankings"].push_back(ranking_to_json(ranking));
  for (const ReferenceScore& score : validation.references)
    document["references"].push_back({{"name", score.name}, {"summary", summaries_to_json(score.summary)}});
  for (const ValidatedPoint& point : validation.points) {
    if (brief) break;
    document["points"].push_back(point_to_json(point));
  }
  for (const UncoveredPoint& point : validation.uncovered) {
    Json entry = head_of(*point.live);
    entry["reason"] = point.reason;
    document["not_simulated"].push_back(std::move(entry));
  }
  check_document("daris.validation", document);
  return document;
}

}  // namespace daris
