#include "drive/release_feed.h"

#include <algorithm>
#include <map>

namespace daris {
namespace {

Time told_at(Time nominal, std::span<const LateReleases> late) {
  Time told = nominal;
  for (const LateReleases& window : late) {
    if (window.from <= nominal && nominal < window.until)
      told = std::max(told, window.by ? nominal + *window.by : window.until);
  }
  return told;
}

}  // namespace

Time latest_telling(std::span<const TaskSetup> tasks, Time window_end) {
  Duration longest;
  for (const TaskSetup& task : tasks) longest = std::max(longest, task.relative_deadline);
  return window_end + longest;
}

ReleaseFeed::ReleaseFeed(std::span<const Release> releases, std::span<const LateReleases> late, Time latest)
    : releases_(releases) {
  if (!late.empty()) tell_late(late, latest);
  look_ahead();
}

void ReleaseFeed::tell_late(std::span<const LateReleases> late, Time latest) {
  std::map<TaskId, Time> last;  // by task: when its latest release so far is told
  for (const Release& release : releases_) {
    Time& of_task = last[release.job.task];
    const Time told = std::min(told_at(release.nominal, late), latest);
    of_task = std::max({of_task, told, release.nominal});
    told_.push_back({release, of_task});
  }
  std::sort(told_.begin(), told_.end(), [](const ToldRelease& a, const ToldRelease& b) {
    return a.told != b.told ? a.told < b.told : a.release.job < b.release.job;
  });
}

bool ReleaseFeed::all_told_before(Time end) const {
  if (told_.empty()) return next_ == size() || releases_[next_].nominal >= end;
  return std::all_of(told_.begin() + static_cast<std::ptrdiff_t>(next_), told_.end(),
                     [end](const ToldRelease& told) { return told.release.nominal >= end; });
}

}  // namespace daris
