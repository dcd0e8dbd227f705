// The simulator, and the live run loop over a machine in virtual time.
#include "runtime/live_run.h"
#include "sim/simulate.h"
#include "tests/conformance/world.h"
#include "tests/runtime/fake_machine.h"
#include "tests/sim/toy_gpu.h"

namespace daris::testing {
namespace {

constexpr double kStageNs = 500'000;
constexpr Duration kBusyEvent = Duration::from_ns(20'000);
constexpr Duration kBusyLaunch = Duration::from_ns(60'000);

double batch_ns(std::uint32_t inputs) { return kStageNs * (3 + inputs) / 4; }

class Simulator final : public World {
 public:
  Simulator() = default;
  // The host's thread is busy with each event and each launch for so long.
  Simulator(Duration event, Duration launch) : host_event_(event), host_launch_(launch) {}

  void run(const WorldRun& run, Policy& policy, std::span<Observer* const> observers) override {
    const GpuModel gpu = model_of(*run.setup);
    SimulationSetup simulation;
    simulation.gpu = &gpu;
    simulation.policy_setup = run.setup;
    simulation.releases = run.releases;
    simulation.latencies = {Duration::from_ns(2'000), Duration::from_ns(3'000)};
    simulation.measured_end = run.window_end;
    simulate(simulation, policy, observers);
  }

 private:
  [[nodiscard]] std::uint32_t add_class(GpuModel& gpu, std::size_t stages, double alone_ns) const {
    StageCost cost;
    cost.alone_ns = alone_ns;
    cost.host = host_launch_;
    return gpu.add_class(std::vector<StageCost>(stages * gpu.contexts, cost));
  }

  [[nodiscard]] GpuModel model_of(const PolicySetup& setup) const {
    GpuModel gpu;
    gpu.host_event = host_event_;
    gpu.contexts = setup.contexts;
    gpu.streams = setup.streams;
    gpu.geometry = disjoint_geometry(setup.contexts);
    for (const BatchGroupSetup& group : setup.batch_groups) {
      auto& classes = gpu.batch_classes.emplace_back();
      for (const BatchTime& time : group.times)
        classes.push_back({time.inputs, add_class(gpu, 1, batch_ns(time.inputs))});
    }
    for (const TaskSetup& task : setup.tasks) {
      gpu.task_class.push_back(add_class(gpu, task.stage_estimates.size(), batch_ns(task.inputs)));
      gpu.task_inputs.push_back(task.inputs);
      if (!setup.batch_groups.empty()) gpu.task_batch_group.push_back(task.batch_group);
    }
    return gpu;
  }

  Duration host_event_;
  Duration host_launch_;
};

class VirtualMachine final : public World {
 public:
  void run(const WorldRun& run, Policy& policy, std::span<Observer* const> observers) override {
    FakeMachine machine(run.setup->contexts, run.setup->streams);
    machine.overslept_ns = 700;
    machine.takes = [](const LaunchStage& launch) {
      return Duration::from_ns(static_cast<std::int64_t>(batch_ns(launch.batch)) +
                               std::int64_t{1'000} * launch.jobs.front().task.value());
    };
    LiveRunSetup live;
    live.policy_setup = run.setup;
    live.releases = run.releases;
    live.window_end = run.window_end;
    StepRecorder recorder(observers);
    (void)live_run(live, policy, machine, machine, recorder);
  }
};

}  // namespace

std::vector<NamedWorld> worlds() {
  return {{"simulated", [] { return std::make_unique<Simulator>(); }},
          {"simulated_by_a_busy_host", [] { return std::make_unique<Simulator>(kBusyEvent, kBusyLaunch); }},
          {"live_in_virtual_time", [] { return std::make_unique<VirtualMachine>(); }}};
}

}  // namespace daris::testing
