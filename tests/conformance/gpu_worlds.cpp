// The backends of a real GPU.
#include "runtime/green/green_backend.h"
#include "runtime/live_run.h"
#include "runtime/streams/streams_backend.h"
#include "tests/conformance/world.h"

namespace daris::testing {
namespace {

template <typename GpuBackend>
class Gpu final : public World {
 public:
  void run(const WorldRun& run, Policy& policy, std::span<Observer* const> observers) override {
    static GpuBackend backend(0);
    const auto clock = std::make_shared<MonotonicClock>(backend.idle_mode());
    LiveWork work;
    work.workload = run.workload;
    work.contexts = run.setup->contexts;
    work.streams = run.setup->streams;
    work.oversubscription_milli = backend.mechanism() == Backend::kStreams ? 1000 * work.contexts : 1000;
    work.staged = run.setup->tasks.front().stage_estimates.size() > 1;
    for (const BatchGroupSetup& group : run.setup->batch_groups) {
      for (const BatchTime& time : group.times) work.batches.push_back(time.inputs);
    }
    const LiveMachine machine = backend.make(work, clock).value();
    LiveRunSetup live;
    live.policy_setup = run.setup;
    live.releases = run.releases;
    live.window_end = run.window_end;
    live.core = backend.scheduler_core();
    StepRecorder recorder(observers);
    (void)live_run(live, policy, *machine.executor, *clock, recorder);
  }
};

}  // namespace

std::vector<NamedWorld> worlds() {
  return {{"green", [] { return std::make_unique<Gpu<GreenBackend>>(); }},
          {"streams", [] { return std::make_unique<Gpu<StreamsBackend>>(); }}};
}

}  // namespace daris::testing
