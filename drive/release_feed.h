// Hands out the releases of a run, in either world, at the instants at which the policy is told of them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "drive/injection.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

struct ToldRelease {
  Release release;
  Time told;  // the nominal instant, or later
};

// The end of the window plus the longest deadline: a job that is told then is late, whatever its task.
[[nodiscard]] Time latest_telling(std::span<const TaskSetup> tasks, Time window_end);

// A release is told at its nominal instant, unless `late` says otherwise. If several windows hold it, the
// latest instant counts, but none is told after `latest`, which is late enough for any deadline. A task's
// releases keep their order: none is told before an earlier one of its task.
//
// One owner, one thread. Allocates only in the constructor, and only if something is late.
class ReleaseFeed {
 public:
  // `releases` are sorted by nominal instant, then by job id. REQUIRES: they outlive this.
  ReleaseFeed(std::span<const Release> releases, std::span<const LateReleases> late, Time latest);

  // The instant of the next one; Time::never() if there is none.
  [[nodiscard]] Time next() const { return next_told_; }

  // Takes the next one that is due by `now`, if there is one: by instant told, then by job id.
  [[nodiscard]] std::optional<ToldRelease> take_due(Time now) {
    if (next_told_ > now) return std::nullopt;
    const ToldRelease due = at(next_++);
    look_ahead();
    return due;
  }

  // Tells whether all releases with nominal instants before `end` were taken.
  [[nodiscard]] bool all_told_before(Time end) const;

 private:
  [[nodiscard]] std::size_t size() const { return releases_.size(); }
  [[nodiscard]] ToldRelease at(std::size_t index) const {
    if (!told_.empty()) return told_[index];
    return {releases_[index], releases_[index].nominal};
  }

  void tell_late(std::span<const LateReleases> late, Time latest);
  void look_ahead() { next_told_ = next_ < size() ? at(next_).told : Time::never(); }

  std::span<const Release> releases_;
  std::vector<ToldRelease> told_;  // in the order in which they are told; empty if nothing is late
  std::size_t next_ = 0;
  Time next_told_;
};

}  // namespace daris
