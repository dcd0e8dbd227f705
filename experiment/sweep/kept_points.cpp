#include "experiment/sweep/kept_points.h"

#include "analysis/report/checked_report.h"
#include "analysis/report/report.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/parse.h"

namespace daris {

std::optional<Json> KeptPoints::find(const std::string& id) const {
  if (!folder_.has_whole_point(id)) return std::nullopt;
  const std::string file = folder_.point_file(id).string();
  const Result<std::string> text = read_text_file(file);
  if (!text.ok()) return std::nullopt;
  const Result<Json> report = parse_json(text.value(), file);
  return report.ok() ? std::optional(report.value().at("points").at(0)) : std::nullopt;
}

Status KeptPoints::keep(const PointRunner& runner, const Point& point, const Json& result) const {
  Provenance provenance = runner.provenance(point);
  provenance.command = command_;
  const Json report = make_report(runner.kind(), provenance, {result});
  check_report(report);
  return folder_.write_point(point.id, report);
}

}  // namespace daris
