#include "runtime/rivals/client_loop.h"

#include <algorithm>

#include "base/time.h"
#include "runtime/host_gaps.h"
#include "runtime/mps/monotonic_ns.h"

namespace daris {
namespace {

using Work = HostGaps::Work;

// Reads the clock again and again, and sees when it jumped.
class Spinner {
 public:
  explicit Spinner(std::int64_t window_ns) : window_(Time::from_ns(window_ns)) {
    gaps_.begin(Time::from_ns(monotonic_ns()));
  }

  std::int64_t wait_until(std::int64_t instant_ns) {
    std::int64_t now_ns = now(Work::kIdle);
    while (now_ns < instant_ns) now_ns = now(Work::kIdle);
    return now_ns;
  }

  // Returns when the job was seen to end.
  std::int64_t run(RivalEngine& engine) {
    engine.launch();
    now(Work::kLaunch);
    while (!engine.ended()) now(Work::kTurn);
    return now(Work::kTurn);
  }

  [[nodiscard]] const GapSums& gaps() const { return sums_; }

 private:
  // A piece of work ends.
  std::int64_t now(Work work) {
    const std::int64_t now_ns = monotonic_ns();
    gaps_.end_piece(work, Time::from_ns(now_ns));
    for (const HostGap& gap : gaps_.untold()) count(gap);
    gaps_.forget();
    return now_ns;
  }

  void count(const HostGap& gap) {
    if (gap.until < window_) return;
    ++sums_.count;
    sums_.sum_ns += gap.taken.ns();
    sums_.longest_ns = std::max(sums_.longest_ns, gap.taken.ns());
  }

  Time window_;
  HostGaps gaps_;
  GapSums sums_;
};

}  // namespace

LoopResult run_loop(RivalEngine& engine, const LoopPlan& plan) {
  LoopResult result;
  Spinner spinner(plan.window_ns);
  std::int64_t release_ns = plan.begin_ns;
  std::int64_t now_ns = spinner.wait_until(release_ns);
  while (plan.period_ns > 0 && release_ns < plan.end_ns) {
    spinner.wait_until(release_ns);
    const std::int64_t ended_ns = spinner.run(engine);
    if (release_ns >= plan.window_ns) result.responses_ns.push_back(ended_ns - release_ns);
    release_ns += plan.period_ns;
  }
  while (plan.period_ns == 0 && now_ns < plan.end_ns) {
    now_ns = spinner.run(engine);
    if (now_ns >= plan.window_ns && now_ns < plan.end_ns) ++result.jobs;
  }
  if (plan.period_ns > 0) result.jobs = result.responses_ns.size();
  result.gaps = spinner.gaps();
  return result;
}

}  // namespace daris
