#include "runtime/rivals/client_loop.h"

#include <algorithm>

#include "runtime/mps/monotonic_ns.h"

namespace daris {
namespace {

// Reads the clock again and again, and sees when it jumped.
class Spinner {
 public:
  explicit Spinner(std::int64_t window_ns) : window_ns_(window_ns), last_ns_(monotonic_ns()) {}

  std::int64_t now() {
    const std::int64_t now_ns = monotonic_ns();
    const std::int64_t gap_ns = now_ns - last_ns_;
    if (gap_ns >= kGapNs && last_ns_ >= window_ns_) {
      ++gaps_.count;
      gaps_.sum_ns += gap_ns;
      gaps_.longest_ns = std::max(gaps_.longest_ns, gap_ns);
    }
    last_ns_ = now_ns;
    return now_ns;
  }

  std::int64_t wait_until(std::int64_t instant_ns) {
    std::int64_t now_ns = now();
    while (now_ns < instant_ns) now_ns = now();
    return now_ns;
  }

  // Returns when the job was seen to end.
  std::int64_t run(RivalEngine& engine) {
    engine.launch();
    while (!engine.ended()) now();
    return now();
  }

  [[nodiscard]] const HostGaps& gaps() const { return gaps_; }

 private:
  std::int64_t window_ns_;
  std::int64_t last_ns_;
  HostGaps gaps_;
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
