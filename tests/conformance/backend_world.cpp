#include "tests/conformance/backend_world.h"

#include <utility>

#include "runtime/live_run.h"

namespace daris::testing {
namespace {

class BackendWorld final : public World {
 public:
  explicit BackendWorld(LiveBackend& backend) : backend_(backend) {}

  void run(const WorldRun& run, Policy& policy, std::span<Observer* const> observers) override {
    const auto clock = std::make_shared<MonotonicClock>(backend_.idle_mode());
    LiveWork work;
    work.workload = run.workload;
    work.contexts = run.setup->contexts;
    work.streams = run.setup->streams;
    work.oversubscription_milli = backend_.kind() == Backend::kStreams ? 1000 * work.contexts : 1000;
    work.staged = run.setup->tasks.front().stage_estimates.size() > 1;
    for (const BatchGroupSetup& group : run.setup->batch_groups) {
      for (const BatchTime& time : group.times) work.batches.push_back(time.inputs);
    }
    const LiveMachine machine = backend_.make(work, clock).value();
    LiveRunSetup live;
    live.policy_setup = run.setup;
    live.releases = run.releases;
    live.window_end = run.window_end;
    live.core = backend_.scheduler_core();
    live.stage_limits = HangLimits::fixed(backend_.stage_limit());
    StepRecorder recorder(observers);
    (void)live_run(live, policy, *machine.executor, *clock, recorder);
  }

 private:
  LiveBackend& backend_;
};

}  // namespace

NamedWorld backend_world(std::string name, LiveBackend& (*backend)()) {
  return {std::move(name), [backend] { return std::make_unique<BackendWorld>(backend()); }};
}

}  // namespace daris::testing
