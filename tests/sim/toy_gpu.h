// Small GPU models, policies and observers for tests of the engine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "drive/observer.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "sim/geometry.h"
#include "sim/gpu_model.h"

namespace daris {

inline Time at_ns(std::int64_t ns) { return Time::from_ns(ns); }
inline Duration for_ns(std::int64_t ns) { return Duration::from_ns(ns); }

// Every context has SMs of its own.
inline Geometry disjoint_geometry(std::uint32_t contexts) {
  Geometry geometry;
  geometry.regions = contexts;
  geometry.spread.assign(std::size_t{contexts} * contexts, 0.0);
  for (std::size_t context = 0; context < contexts; ++context)
    geometry.spread[context * contexts + context] = 1.0;
  geometry.window = geometry.spread;
  return geometry;
}

// All contexts see the same SMs.
inline Geometry shared_geometry(std::uint32_t contexts) {
  return {1, std::vector<double>(contexts, 1.0), std::vector<double>(contexts, 1.0)};
}

inline GpuModel toy_gpu(std::uint32_t contexts, std::uint32_t streams, Geometry geometry) {
  GpuModel gpu;
  gpu.contexts = contexts;
  gpu.streams = streams;
  gpu.geometry = std::move(geometry);
  return gpu;
}

inline StageCost takes(double alone_ns, double demand = 1.0) {
  StageCost cost;
  cost.alone_ns = alone_ns;
  cost.sm_demand = demand;
  return cost;
}

// A work class with equal costs in every context, and one task of it.
inline std::uint32_t add_task(GpuModel& gpu, std::initializer_list<StageCost> stages) {
  std::vector<StageCost> costs;
  for (const StageCost& stage : stages) costs.insert(costs.end(), gpu.contexts, stage);
  gpu.task_class.push_back(gpu.add_class(std::move(costs)));
  gpu.task_inputs.push_back(1);
  return static_cast<std::uint32_t>(gpu.task_class.size() - 1);
}

// A setup whose tasks have the model's stages and their times alone as estimates.
inline PolicySetup toy_setup(const GpuModel& gpu, Duration deadline) {
  PolicySetup setup;
  setup.contexts = gpu.contexts;
  setup.streams = gpu.streams;
  for (const std::uint32_t work_class : gpu.task_class) {
    TaskSetup task;
    task.period = task.relative_deadline = deadline;
    for (std::uint32_t stage = 0; stage < gpu.stages(work_class); ++stage) {
      const double alone_ns = gpu.cost(work_class, StageIndex(stage), ContextId(0)).alone_ns;
      task.stage_estimates.push_back(for_ns(std::max<std::int64_t>(1, static_cast<std::int64_t>(alone_ns))));
    }
    setup.tasks.push_back(std::move(task));
  }
  return setup;
}

// A policy that decides step by step what a test's function says.
class FunctionPolicy final : public Policy {
 public:
  using Body = std::function<void(Time, std::span<const Event>, std::vector<Decision>&)>;
  FunctionPolicy(const PolicySetup& setup, Body body) : setup_(setup), body_(std::move(body)) {}

  std::span<const Decision> step(Time now, std::span<const Event> events) override {
    decisions_.clear();
    body_(now, events, decisions_);
    return decisions_;
  }
  std::span<const Duration> estimates(TaskId task) const override {
    return setup_.tasks[task.at()].stage_estimates;
  }
  std::span<const ContextId> homes() const override { return {}; }

 private:
  const PolicySetup& setup_;
  Body body_;
  std::vector<Decision> decisions_;
};

// Keeps everything that it was told, as values and as text: "120 finished 0 100; released 3.0" and so on.
class RecordingObserver final : public Observer {
 public:
  struct Row {
    Time now;
    std::vector<Event> events;
    std::vector<StageMeasurement> stages;
  };

  void on_step(const Step& step) override {
    rows.push_back(
        {step.now, {step.events.begin(), step.events.end()}, {step.stages.begin(), step.stages.end()}});
    text += std::to_string(step.now.ns());
    for (const Event& event : step.events) text += describe(event);
    text += '\n';
  }
  void on_end(Time at) override {
    end = at;
    ++ends;
  }

  std::vector<Row> rows;
  std::string text;
  Time end;
  int ends = 0;

 private:
  static std::string describe(const Event& event) {
    if (const auto* lost = std::get_if<ContextLost>(&event))
      return " lost " + std::to_string(lost->context.value());
    if (const auto* failed = std::get_if<LaunchFailed>(&event))
      return " failed " + std::to_string(failed->slot.value());
    if (const auto* finished = std::get_if<StageFinished>(&event)) {
      return " finished " + std::to_string(finished->slot.value()) + " in " +
             std::to_string(finished->execution.ns());
    }
    if (const auto* released = std::get_if<JobReleased>(&event)) {
      return " released " + std::to_string(released->job.task.value()) + "." +
             std::to_string(released->job.ordinal);
    }
    return " timer " + std::to_string(std::get<TimerFired>(event).timer.value());
  }
};

}  // namespace daris
