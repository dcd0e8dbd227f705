// Makes one report from the folders of sweeps.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/host/files.h"
#include "base/json/json.h"
#include "base/result.h"
#include "experiment/sweep/merged_points.h"

namespace daris {

// The finished points of all plans in one report (experiment/sweep/merged_points.h). Errors: those of
// MergedPoints.
[[nodiscard]] Result<Json> merge_folders(const std::vector<std::filesystem::path>& folders);

// Writes that report piece by piece. The bytes are those of write_report(), and depend neither on which
// folder a point was finished in, nor on when.
class MergeText {
 public:
  // `watch` sees each point as it is written. REQUIRES: `points` and `watch` outlive this.
  MergeText(const MergedPoints& points, const std::function<void(const Json& point)>& watch)
      : points_(points), watch_(watch) {}

  // As TextPieces (base/host/files.h).
  int operator()(const TakePiece& take);
  // Why a point could not be read, if one could not.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  const MergedPoints& points_;
  const std::function<void(const Json& point)>& watch_;
  std::optional<Error> failure_;
};

}  // namespace daris
