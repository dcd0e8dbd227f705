// The backends of a real GPU.
#include "runtime/green/green_backend.h"
#include "runtime/live_run.h"
#include "runtime/mps/mps_program.h"
#include "runtime/streams/streams_backend.h"
#include "tests/conformance/world.h"

namespace daris::testing {
namespace {

// Made when first asked for, and kept: daemons, partitions and graphs serve the next run too.
LiveBackend& green() {
  static GreenBackend backend(0);
  return backend;
}

LiveBackend& streams() {
  static StreamsBackend backend(0);
  return backend;
}

LiveBackend& mps() {
  static const std::unique_ptr<LiveBackend> backend = make_mps_backend(0).value();
  return *backend;
}

class Gpu final : public World {
 public:
  explicit Gpu(LiveBackend& (*chosen)()) : backend_(chosen) {}

  void run(const WorldRun& run, Policy& policy, std::span<Observer* const> observers) override {
    LiveBackend& backend = backend_();
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

 private:
  LiveBackend& (*backend_)();
};

}  // namespace

std::vector<NamedWorld> worlds() {
  const auto world = [](LiveBackend& (*chosen)()) { return [chosen] { return std::make_unique<Gpu>(chosen); }; };
  return {{"green", world(green)}, {"streams", world(streams)}, {"mps", world(mps)}};
}

}  // namespace daris::testing
