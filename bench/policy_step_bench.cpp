// One step of a policy at its busiest events. A stage that ends: the estimate, the order, the next launch. A
// release of `daris-batched` with a full backlog: the test. `items` are stages; p99_ns is over single steps
// and includes reading the clock (see clock_ns).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <memory>
#include <queue>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "drive/launches.h"
#include "policy/registry.h"

#include "policy/decision.h"
#include "policy/policy.h"

namespace daris {
namespace {

constexpr std::uint32_t kContexts = 6;
constexpr std::uint32_t kSlotsMost = 16;

// Two thirds of the tasks at level 1, four stages each, at about 1.5 times the load that the slots can bear.
PolicySetup paper_like_setup(std::uint32_t tasks) {
  PolicySetup setup;
  setup.contexts = kContexts;
  for (std::uint32_t t = 0; t < tasks; ++t) {
    TaskSetup task;
    task.period = task.relative_deadline = Duration::from_ns(33'333'333);
    task.level = t % 3 == 0 ? 0 : 1;
    task.stage_estimates.assign(4, Duration::from_ns(std::int64_t{75'000'000} / tasks));
    setup.tasks.push_back(task);
  }
  return setup;
}

// Three networks of shared weights on 16 slots, at about 1.5 times the load that these can bear.
PolicySetup batched_setup(std::uint32_t tasks) {
  constexpr std::int64_t kPeriodNs = 33'333'333;
  constexpr std::uint32_t kGroups = 3;
  PolicySetup setup;
  setup.contexts = kSlotsMost;
  setup.switches = default_switches(*find_policy("daris-batched"));
  // A batch of 16 inputs costs (3 + 16) units.
  const std::int64_t unit_ns = kPeriodNs * kSlotsMost * 16 / 19 * 3 / 2 / tasks;
  for (std::uint32_t group = 0; group < kGroups; ++group) {
    BatchGroupSetup& sizes = setup.batch_groups.emplace_back();
    sizes.batch_limit = 32;
    for (std::uint32_t inputs = 1; inputs <= sizes.batch_limit; inputs *= 2)
      sizes.times.push_back({inputs, Duration::from_ns((3 + inputs) * unit_ns)});
  }
  for (std::uint32_t t = 0; t < tasks; ++t) {
    TaskSetup task;
    task.period = task.relative_deadline = Duration::from_ns(kPeriodNs);
    task.level = t % 3 == 0 ? 0 : 1;
    task.batch_group = t / 3 % kGroups;
    task.stage_estimates = {setup.batch_groups[task.batch_group].times.front().execution};
    setup.tasks.push_back(task);
  }
  return setup;
}

// A small world around the policy: only the times of stages vary.
class World {
 public:
  World(std::string_view policy, const PolicySetup& setup)
      : policy_(make_policy(policy, setup).value()), setup_(setup), ends_(setup.contexts) {
    for (std::uint32_t t = 0; t < setup.tasks.size(); ++t)
      releases_.push(
          {setup.tasks[t].period.ns() * t / static_cast<std::int64_t>(setup.tasks.size()), {0, TaskId(t)}});
    ends_.assign(setup.contexts, kIdle);
  }

  // Prepares the next event. True if it is a stage that ends.
  bool next() {
    const auto first = std::min_element(ends_.begin(), ends_.end());
    const bool finishes = *first <= releases_.top().at_ns;
    if (finishes) {
      const auto slot = static_cast<std::uint32_t>(first - ends_.begin());
      now_ns_ = *first;
      event_ = StageFinished{SlotId(slot), Duration::from_ns(execution_ns_[slot])};
      *first = kIdle;
    } else {
      const Release release = releases_.top();
      releases_.pop();
      now_ns_ = release.at_ns;
      event_ = JobReleased{release.job, Time::from_ns(now_ns_)};
      releases_.push({now_ns_ + setup_.tasks[release.job.task.at()].period.ns(),
                      {release.job.ordinal + 1, release.job.task}});
    }
    return finishes;
  }

  std::span<const Decision> step() { return policy_->step(Time::from_ns(now_ns_), {&event_, 1}); }

  void apply(std::span<const Decision> decisions) {
    for (const Decision& decision : decisions) {
      const auto* launch = std::get_if<LaunchStage>(&decision);
      if (launch == nullptr) continue;
      random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
      const std::int64_t alone_ns = estimates_of(*launch, *policy_, setup_).afet.ns();
      execution_ns_[launch->slot.at()] =
          alone_ns - alone_ns / 8 + static_cast<std::int64_t>(random_ >> 40) % (alone_ns / 4 + 1);
      ends_[launch->slot.at()] = now_ns_ + execution_ns_[launch->slot.at()];
    }
  }

 private:
  static constexpr std::int64_t kIdle = std::numeric_limits<std::int64_t>::max();
  struct Release {
    std::int64_t at_ns;
    JobId job;
    bool operator<(const Release& other) const {
      return std::pair(at_ns, job) > std::pair(other.at_ns, other.job);
    }
  };
  std::unique_ptr<Policy> policy_;
  PolicySetup setup_;
  std::priority_queue<Release> releases_;
  std::vector<std::int64_t> ends_;  // by slot
  std::array<std::int64_t, kSlotsMost> execution_ns_{};
  std::uint64_t random_ = 1;
  std::int64_t now_ns_ = 0;
  Event event_;
};

double clock_ns() {
  constexpr int kReadings = 1000;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kReadings; ++i) benchmark::DoNotOptimize(std::chrono::steady_clock::now());
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() /
         kReadings;
}

// Throughput of the whole loop, world included.
void policy_steps(benchmark::State& state) {
  World world("daris", paper_like_setup(static_cast<std::uint32_t>(state.range(0))));
  std::int64_t stages = 0;
  for ([[maybe_unused]] auto _ : state) {
    while (!world.next()) world.apply(world.step());
    world.apply(world.step());
    ++stages;
  }
  state.SetItemsProcessed(stages);
}
BENCHMARK(policy_steps)->Arg(48)->Arg(300);

// The policy alone: times the steps whose event is the end of a stage, or else those that bring a release.
void time_steps(benchmark::State& state, World& world, bool stage_ends) {
  std::vector<double> steps_ns;
  for (int warm = 0; warm < 20'000; ++warm) {
    (void)world.next();
    world.apply(world.step());
  }
  for ([[maybe_unused]] auto _ : state) {
    while (world.next() != stage_ends) world.apply(world.step());
    const auto begin = std::chrono::steady_clock::now();
    const std::span<const Decision> decisions = world.step();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    state.SetIterationTime(took.count());
    steps_ns.push_back(took.count() * 1e9);
    world.apply(decisions);
  }
  state.SetItemsProcessed(state.iterations());
  const auto p99 = steps_ns.begin() + static_cast<std::ptrdiff_t>(steps_ns.size() * 99 / 100);
  std::nth_element(steps_ns.begin(), p99, steps_ns.end());
  state.counters["p99_ns"] = *p99;
  state.counters["clock_ns"] = clock_ns();
}

void policy_step(benchmark::State& state) {
  World world("daris", paper_like_setup(static_cast<std::uint32_t>(state.range(0))));
  time_steps(state, world, true);
}
BENCHMARK(policy_step)->Arg(48)->Arg(300)->UseManualTime();

void batched_stage_end(benchmark::State& state) {
  World world("daris-batched", batched_setup(static_cast<std::uint32_t>(state.range(0))));
  time_steps(state, world, true);
}
BENCHMARK(batched_stage_end)->Arg(300)->Arg(2000)->UseManualTime();

void batched_release(benchmark::State& state) {
  World world("daris-batched", batched_setup(static_cast<std::uint32_t>(state.range(0))));
  time_steps(state, world, false);
}
BENCHMARK(batched_release)->Arg(300)->Arg(2000)->UseManualTime();

}  // namespace
}  // namespace daris
