#include "analysis/report/point_warnings.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/json/json.h"

namespace daris {
namespace {

constexpr std::size_t kLinesMax = 10;

}  // namespace

void PointWarnings::add(const Json& point) {
  ++points_;
  for (const Json& warning : point.at("warnings")) ++points_by_text_[warning.get<std::string>()];
}

std::vector<std::string> PointWarnings::lines() const {
  std::vector<std::pair<std::string, std::size_t>> all(points_by_text_.begin(), points_by_text_.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> lines;
  for (const auto& [text, points] : all) {
    if (lines.size() == kLinesMax) break;
    lines.push_back(points_ == 1 ? "warning: " + text
                                 : fmt::format("warning ({} of {} points): {}", points, points_, text));
  }
  if (all.size() > kLinesMax)
    lines.push_back(fmt::format("warning: {} more are in the points' reports", all.size() - kLinesMax));
  return lines;
}

}  // namespace daris
