#include "experiment/sweep/merge.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "experiment/sweep/sweep_folder.h"

namespace daris {
namespace {

std::optional<std::filesystem::path> find_point_file(const std::vector<SweepFolder>& folders,
                                                     const std::string& id) {
  for (const SweepFolder& folder : folders) {
    if (folder.has_point(id)) return folder.point_file(id);
  }
  return std::nullopt;
}

std::string first_reason(const Json& not_run) {
  return not_run.empty() ? "" : ", and one could not be run: " + not_run[0]["reason"].get<std::string>();
}

// Null if no folder knows why the point could not be run.
Json failure_of(const std::vector<SweepFolder>& folders, const std::string& id) {
  for (const SweepFolder& folder : folders) {
    if (const std::optional<std::string> reason = folder.failure_of(id))
      return {{"id", id}, {"reason", *reason}};
  }
  return nullptr;
}

// Errors: the file is no report, or holds another point: it was copied or renamed.
Result<Json> read_point(const std::filesystem::path& file, const std::string& id) {
  DARIS_TRY_ASSIGN(Json report, read_report(file));
  const Json& points = report.at("points");
  if (points.size() == 1 && points[0].at("id") == id) return report;
  return Error{fmt::format("{}: holds {} instead of point {}", file.string(),
                           points.size() == 1 ? "point " + points[0].at("id").get<std::string>()
                                              : fmt::format("{} points", points.size()),
                           id)};
}

}  // namespace

Result<Merged> merge_folders(const std::vector<std::filesystem::path>& paths) {
  const std::vector<SweepFolder> folders(paths.begin(), paths.end());
  Merged merged;
  std::set<std::string> seen;
  std::vector<Json> reports;
  std::vector<std::string> names;
  Json not_run = Json::array();
  for (const SweepFolder& folder : folders) {
    DARIS_TRY_ASSIGN(const SweepPlan plan, folder.read_plan());
    for (const std::string& id : plan.ids) {
      if (!seen.insert(id).second) continue;
      ++merged.planned;
      const std::optional<std::filesystem::path> file = find_point_file(folders, id);
      if (!file) {
        merged.missing.push_back(id);
        if (Json failure = failure_of(folders, id); !failure.is_null()) not_run.push_back(std::move(failure));
        continue;
      }
      Result<Json> report = read_point(*file, id);
      if (!report.ok()) return report.error().with("; without this file daris sweep runs the point again");
      reports.push_back(std::move(report).value());
      names.push_back(file->string());
    }
  }
  if (reports.empty())
    return Error{paths.front().string() + ": no point is finished yet" + first_reason(not_run) +
                 "; run daris sweep first"};
  DARIS_TRY_ASSIGN(merged.report, merge_reports(reports, names));
  if (!not_run.empty()) merged.report["not_run"] = std::move(not_run);
  return merged;
}

}  // namespace daris
