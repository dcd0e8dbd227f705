#include "analysis/trace/stage_promises.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace daris {
namespace {

// Launches with equal keys have one estimate.
using ClassKey = std::tuple<std::uint32_t, std::uint32_t, std::int64_t>;  // stage, batch, estimate in ns

struct ClassCount {
  std::uint64_t launches = 0;
  std::uint64_t too_long = 0;  // took more than a tenth longer than estimated
};

ClassKey key_of(const TimelineLaunch& launch, Duration promised) {
  return {launch.stage.value(), launch.batch, promised.ns()};
}

Duration execution_of(const TimelineLaunch& launch) { return launch.ended - launch.started; }

Duration promise_of(const TimelineLaunch& launch) {
  if (launch.estimate_afet.ns() > 0) return launch.estimate_afet;
  return launch.estimate_mret.ns() > 0 ? launch.estimate_mret : execution_of(launch);
}

}  // namespace

std::vector<StagePromise> stage_promises(const RunTimeline& timeline) {
  std::vector<StagePromise> promises(timeline.launches.size());
  std::map<ClassKey, ClassCount> classes;
  for (std::size_t i = 0; i < promises.size(); ++i) {
    const TimelineLaunch& launch = timeline.launches[i];
    if (launch.end != LaunchEnd::kFinished) continue;
    StagePromise& promise = promises[i];
    promise.promised = promise_of(launch);
    promise.overrun = std::max(Duration(), execution_of(launch) - promise.promised);
    ClassCount& count = classes[key_of(launch, promise.promised)];
    ++count.launches;
    count.too_long += promise.overrun.ns() > promise.promised.ns() / 10 ? 1 : 0;
  }
  for (std::size_t i = 0; i < promises.size(); ++i) {
    const TimelineLaunch& launch = timeline.launches[i];
    if (launch.end != LaunchEnd::kFinished) continue;
    const ClassCount& count = classes.at(key_of(launch, promises[i].promised));
    if (2 * count.too_long > count.launches) promises[i].cause = MissCause::kAdmission;
  }
  return promises;
}

}  // namespace daris
