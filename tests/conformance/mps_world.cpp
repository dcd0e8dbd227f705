// The backend mps, over workers that only pretend to have a GPU.
#include "runtime/live_run.h"
#include "tests/conformance/world.h"
#include "tests/runtime/mps/fake_gpu.h"

namespace daris::testing {
namespace {

class Mps final : public World {
 public:
  void run(const WorldRun& run, Policy& policy, std::span<Observer* const> observers) override {
    static FakeGpu gpu;
    const auto clock = std::make_shared<MonotonicClock>(IdleMode::kNap);
    LiveWork work;
    work.workload = run.workload;
    work.contexts = run.setup->contexts;
    work.streams = run.setup->streams;
    work.staged = run.setup->tasks.front().stage_estimates.size() > 1;
    const LiveMachine machine = gpu.backend.make(work, clock).value();
    LiveRunSetup live;
    live.policy_setup = run.setup;
    live.releases = run.releases;
    live.window_end = run.window_end;
    StepRecorder recorder(observers);
    (void)live_run(live, policy, *machine.executor, *clock, recorder);
  }
};

}  // namespace

std::vector<NamedWorld> worlds() {
  return {{"mps", [] { return std::make_unique<Mps>(); }}};
}

}  // namespace daris::testing
