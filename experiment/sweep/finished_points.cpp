#include "experiment/sweep/finished_points.h"

#include <string_view>

#include "experiment/sweep/point_pack.h"

namespace daris {

Result<FinishedPoints> FinishedPoints::of(const SweepFolder& folder, const std::function<bool()>& stopped) {
  FinishedPoints finished(folder);
  finished.has_single_files_ = folder.has_single_files();
  const TakePacked note = [&](const PackedPoint& point, std::string_view report) {
    if (is_report_of(report, id_text(point.id))) finished.packed_.insert(point.id);
    return !stopped();
  };
  for (const std::filesystem::path& pack : folder.packs()) DARIS_TRY(read_pack(pack, note));
  return finished;
}

bool FinishedPoints::has(std::uint64_t id) const {
  return packed_.contains(id) || (has_single_files_ && folder_.has_whole_point(id_text(id)));
}

}  // namespace daris
