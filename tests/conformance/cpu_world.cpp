// The backend cpu.
#include "runtime/cpu/cpu_executor.h"
#include "runtime/live_run.h"
#include "tests/conformance/world.h"

namespace daris::testing {
namespace {

class Cpu final : public World {
 public:
  void run(const WorldRun& run, Policy& policy, std::span<Observer* const> observers) override {
    const auto clock = std::make_shared<MonotonicClock>(IdleMode::kNap);
    CpuRequest request;
    request.workload = run.workload;
    request.contexts = run.setup->contexts;
    request.streams = run.setup->streams;
    request.staged = run.setup->tasks.front().stage_estimates.size() > 1;
    const std::unique_ptr<CpuExecutor> executor = CpuExecutor::create(request, clock).value();
    LiveRunSetup live;
    live.policy_setup = run.setup;
    live.releases = run.releases;
    live.window_end = run.window_end;
    StepRecorder recorder(observers);
    (void)live_run(live, policy, *executor, *clock, recorder);
  }
};

}  // namespace

std::vector<NamedWorld> worlds() {
  return {{"cpu", [] { return std::make_unique<Cpu>(); }}};
}

}  // namespace daris::testing
