#include "experiment/sweep/merge.h"

#include <optional>
#include <set>

#include "analysis/report/report.h"
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

}  // namespace

Result<Merged> merge_folders(const std::vector<std::filesystem::path>& paths) {
  const std::vector<SweepFolder> folders(paths.begin(), paths.end());
  Merged merged;
  std::set<std::string> seen;
  std::vector<Json> reports;
  std::vector<std::string> names;
  for (const SweepFolder& folder : folders) {
    DARIS_TRY_ASSIGN(const SweepPlan plan, folder.read_plan());
    for (const std::string& id : plan.ids) {
      if (!seen.insert(id).second) continue;
      ++merged.planned;
      const std::optional<std::filesystem::path> file = find_point_file(folders, id);
      if (!file) {
        ++merged.missing;
        continue;
      }
      Result<Json> report = read_report(*file);
      if (!report.ok()) return report.error().with("; without this file daris sweep runs the point again");
      reports.push_back(std::move(report).value());
      names.push_back(file->string());
    }
  }
  if (reports.empty())
    return Error{paths.front().string() + ": no point is finished yet; run daris sweep first"};
  DARIS_TRY_ASSIGN(merged.report, merge_reports(reports, names));
  return merged;
}

}  // namespace daris
