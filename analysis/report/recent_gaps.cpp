#include "analysis/report/recent_gaps.h"

#include <cstddef>

namespace daris {
namespace {

constexpr std::size_t kKept = 4096;

}  // namespace

void RecentGaps::add(std::span<const HostGap> gaps) {
  if (gaps.empty()) return;
  gaps_.insert(gaps_.end(), gaps.begin(), gaps.end());
  if (gaps_.size() > 2 * kKept) gaps_.erase(gaps_.begin(), gaps_.end() - std::ptrdiff_t{kKept});
}

bool RecentGaps::explain(Time nominal_release, Time completed, Duration lateness) const {
  for (auto gap = gaps_.rbegin(); gap != gaps_.rend() && gap->until > nominal_release; ++gap)
    if (gap->taken >= lateness && gap->begin() < completed) return true;
  return false;
}

}  // namespace daris
