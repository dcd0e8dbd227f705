#include "experiment/sweep/merge.h"

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include "analysis/report/report.h"
#include "base/check.h"

namespace daris {
namespace {

constexpr std::string_view kPlaceholder = "\n  \"points\": [0]";
constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

}  // namespace

Result<Json> merge_folders(const std::vector<std::filesystem::path>& folders) {
  DARIS_TRY_ASSIGN(const MergedPoints points, MergedPoints::of(folders));
  Json report = points.head();
  DARIS_TRY(points.for_each([&](std::string_view, const Json& point) {
    report["points"].push_back(point);
    return true;
  }));
  return report;
}

int MergeText::operator()(const TakePiece& take) {
  failure_.reset();
  Json head = points_.head();
  head["points"].push_back(0);
  const std::string around = write_report(head);
  const std::size_t at = around.find(kPlaceholder);
  DARIS_CHECK(at != std::string::npos);
  std::string piece = around.substr(0, at) + "\n  \"points\": [";
  const char* separator = "\n    ";
  int error = 0;
  const Status read = points_.for_each([&](std::string_view text, const Json& point) {
    watch_(point);
    (piece += separator) += text;
    separator = ",\n    ";
    if (piece.size() < kPieceBytes) return true;
    error = take(piece);
    piece.clear();
    return error == 0;
  });
  if (!read.ok()) {
    failure_ = read.error();
    return ECANCELED;
  }
  if (error != 0) return error;
  return take(piece + "\n  ]" + around.substr(at + kPlaceholder.size()));
}

}  // namespace daris
