#include "sim/contention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "profiles/partition.h"
#include "sim/geometry.h"
#include "tests/sim/test_random.h"
#include "tests/sim/toy_gpu.h"

namespace daris {
namespace {

StageCost load(double sm_demand, double cache_demand = 0, double handover = 0) {
  StageCost cost;
  cost.sm_demand = to_quantum(sm_demand, kDemandQuantum);
  cost.cache_demand = to_quantum(cache_demand, kDemandQuantum);
  cost.handover = handover;
  return cost;
}

// Slow-downs of the running stages, one for each slot. A null cost means that nothing runs there.
std::vector<double> slowdowns(const GpuModel& gpu, const std::vector<const StageCost*>& running) {
  Contention contention(gpu);
  for (std::uint32_t slot = 0; slot < running.size(); ++slot) {
    if (running[slot] != nullptr) contention.start(slot, *running[slot]);
  }
  contention.evaluate();
  std::vector<double> result(running.size(), 0.0);
  for (std::uint32_t slot = 0; slot < running.size(); ++slot) {
    if (running[slot] != nullptr) result[slot] = contention.slowdown(slot);
  }
  return result;
}

TEST(Contention, LeavesAStageAloneAlone) {
  const GpuModel gpu = toy_gpu(3, 2, shared_geometry(3));
  const StageCost cost = load(0.9, 0.9, 1.0);
  EXPECT_EQ(slowdowns(gpu, {nullptr, nullptr, &cost, nullptr, nullptr, nullptr})[2], 1.0);
}

TEST(Contention, DoesNotSlowDisjointContextsThatShareNothing) {
  const GpuModel gpu = toy_gpu(2, 1, disjoint_geometry(2));
  const StageCost cost = load(1.0);
  EXPECT_EQ(slowdowns(gpu, {&cost, &cost}), (std::vector<double>{1.0, 1.0}));
}

TEST(Contention, AddsDemandsOnTheSameSmsInSquares) {
  const GpuModel gpu = toy_gpu(1, 2, shared_geometry(1));
  const StageCost small = load(0.5);
  const StageCost large = load(1.0);
  const std::vector<double> result = slowdowns(gpu, {&small, &large});
  EXPECT_DOUBLE_EQ(result[0], std::sqrt(1 + 1.5 * 1.5 - 0.5 * 0.5));
  EXPECT_DOUBLE_EQ(result[1], 1.5);
}

TEST(Contention, MakesEveryStageWaitForTheMemoryThatOthersUse) {
  GpuModel gpu = toy_gpu(2, 1, disjoint_geometry(2));
  gpu.memory_latency = 0.5;
  const StageCost idle = load(0.25);
  const StageCost busy = load(0.25, 0.5);
  EXPECT_EQ(slowdowns(gpu, {&idle, &busy}), (std::vector<double>{1.25, 1.0}));
  EXPECT_EQ(slowdowns(gpu, {nullptr, &busy})[1], 1.0);
}

TEST(Contention, MakesStagesWaitForTheCacheByTheirOwnAndTheOthersTraffic) {
  const GpuModel gpu = toy_gpu(3, 1, disjoint_geometry(3));
  const StageCost hungry = load(0.5, 0.5);
  const StageCost light = load(0.5, 0.25);
  const StageCost computing = load(0.5);
  EXPECT_EQ(slowdowns(gpu, {&hungry, &light, &computing}), (std::vector<double>{1.125, 1.125, 1.0}));
}

TEST(Contention, CrossingContextsCostsWhatOthersAskThere) {
  GpuModel gpu = toy_gpu(2, 1, shared_geometry(2));
  gpu.crossing = 0.2;
  const StageCost cost = load(1.0);
  EXPECT_DOUBLE_EQ(slowdowns(gpu, {&cost, &cost})[0], 2 * 1.1);
  EXPECT_EQ(slowdowns(gpu, {&cost, nullptr})[0], 1.0);
  GpuModel one = toy_gpu(1, 2, shared_geometry(1));
  one.crossing = 0.2;
  EXPECT_EQ(slowdowns(one, {&cost, &cost})[0], 2.0) << "both are of one context";
}

TEST(Contention, HandsKernelsOverOnceWhateverRunsBeside) {
  const GpuModel gpu = toy_gpu(3, 1, disjoint_geometry(3));
  const StageCost many = load(0.5, 0, 0.25);
  const StageCost none = load(0.5);
  EXPECT_EQ(slowdowns(gpu, {&many, &none, nullptr}), (std::vector<double>{1.25, 1.0, 0.0}));
  EXPECT_EQ(slowdowns(gpu, {&many, &none, &none}), (std::vector<double>{1.25, 1.0, 1.0}));
}

TEST(Contention, LetsAStageUseTheEmptierPartOfItsWindow) {
  // Context 0 sees regions 0 and 1, context 1 only region 1.
  Geometry geometry;
  geometry.regions = 2;
  geometry.spread = {1, 1, 0, 1};
  geometry.window = {0.5, 0.5, 0, 1};
  const GpuModel gpu = toy_gpu(2, 1, geometry);
  const StageCost full = load(1.0);
  const std::vector<double> result = slowdowns(gpu, {&full, &full});
  EXPECT_DOUBLE_EQ(result[0], 1 / (0.5 / 1 + 0.5 / 2));
  EXPECT_DOUBLE_EQ(result[1], 2.0);
}

TEST(Contention, GivesMoreOfSharedSmsToStagesOfMoreWeight) {
  const GpuModel gpu = toy_gpu(1, 2, shared_geometry(1));
  const StageCost long_kernels = load(1.0);
  StageCost short_kernels = load(0.25);  // all SMs too, with a quarter of the weight
  short_kernels.give_way = 16;
  const std::vector<double> result = slowdowns(gpu, {&long_kernels, &short_kernels});
  EXPECT_DOUBLE_EQ(result[0], 1.25);
  EXPECT_DOUBLE_EQ(result[1], 5.0);
}

TEST(ContentionDeathTest, KnowsWhatRuns) {
  const GpuModel gpu = toy_gpu(1, 1, shared_geometry(1));
  const StageCost cost = load(1.0);
  Contention contention(gpu);
  EXPECT_DEATH(contention.stop(0), "running_");
  contention.start(0, cost);
  EXPECT_DEATH(contention.start(0, cost), "running_");
}

// --- Properties over random machines ---

struct Machine {
  GpuModel gpu;
  std::vector<StageCost> costs;  // by slot
};

Machine random_machine(TestRandom& random) {
  const MachineShape shape;
  const auto backend = static_cast<Backend>(random.below(3));
  const std::uint32_t contexts = 1 + random.below(8);
  const std::uint32_t streams = 1 + random.below(3);
  const std::uint32_t groups = backend == Backend::kGreen ? 1 + random.below(shape.groups) : shape.groups;
  std::vector<ContextGrant> grants(contexts);
  for (std::uint32_t context = 0; context < contexts; ++context) {
    grants[context].groups = groups;
    grants[context].first_group = context * shape.groups / contexts;
    grants[context].granted_sms = groups == shape.groups ? shape.sms : groups * shape.group_sms;
    if (backend == Backend::kMps) grants[context].granted_sms = 2 + 2 * random.below(60);
  }
  Machine machine{toy_gpu(contexts, streams, make_geometry(shape, backend, grants)), {}};
  for (std::uint32_t slot = 0; slot < contexts * streams; ++slot) {
    const double demand = random.unit();
    machine.costs.push_back(load(demand, random.below(2) == 0 ? 0 : 0.6 * random.unit(), random.unit()));
  }
  return machine;
}

std::vector<const StageCost*> random_running(const Machine& machine, TestRandom& random) {
  std::vector<const StageCost*> running;
  for (const StageCost& cost : machine.costs) running.push_back(random.below(3) == 0 ? nullptr : &cost);
  return running;
}

TEST(ContentionProperty, RatesLieBetweenZeroAndOne) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    TestRandom random(seed);
    const Machine machine = random_machine(random);
    const auto running = random_running(machine, random);
    const std::vector<double> result = slowdowns(machine.gpu, running);
    for (std::size_t slot = 0; slot < running.size(); ++slot) {
      if (running[slot] == nullptr) continue;
      ASSERT_GE(result[slot], 1.0) << "seed " << seed;
      ASSERT_LT(result[slot], 1e6) << "seed " << seed;
    }
  }
}

TEST(ContentionProperty, OneMoreCoRunnerNeverSpeedsAnotherUp) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    TestRandom random(seed);
    const Machine machine = random_machine(random);
    auto running = random_running(machine, random);
    const std::size_t added = random.below(static_cast<std::uint32_t>(running.size()));
    running[added] = nullptr;
    const std::vector<double> before = slowdowns(machine.gpu, running);
    running[added] = &machine.costs[added];
    const std::vector<double> after = slowdowns(machine.gpu, running);
    for (std::size_t slot = 0; slot < running.size(); ++slot) {
      if (slot == added || running[slot] == nullptr) continue;
      ASSERT_GE(after[slot], before[slot] * (1 - 1e-12)) << "seed " << seed << ", slot " << slot;
    }
  }
}

// If all contexts see all SMs, no more of the machine is given than there is, whatever the demands.
TEST(ContentionProperty, SmsAreNeverGivenAwayTwice) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    TestRandom random(seed);
    Machine machine = random_machine(random);
    machine.gpu.geometry = shared_geometry(machine.gpu.contexts);
    for (StageCost& cost : machine.costs) cost.cache_demand = cost.handover = 0;
    const auto running = random_running(machine, random);
    const std::vector<double> result = slowdowns(machine.gpu, running);
    double used = 0;
    for (std::size_t slot = 0; slot < running.size(); ++slot) {
      if (running[slot] != nullptr) used += running[slot]->sm_demand / result[slot];
    }
    ASSERT_LE(used, 1.0 + 1e-9) << "seed " << seed;
  }
}

TEST(ContentionProperty, DependsOnWhatRunsAndNotOnHowItCameToThat) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    TestRandom random(seed);
    const Machine machine = random_machine(random);
    const auto slots = static_cast<std::uint32_t>(machine.costs.size());
    Contention walked(machine.gpu);
    std::vector<const StageCost*> running(slots, nullptr);
    for (int change = 0; change < 100; ++change) {
      const std::uint32_t slot = random.below(slots);
      if (running[slot] == nullptr) {
        running[slot] = &machine.costs[slot];
        walked.start(slot, *running[slot]);
      } else {
        running[slot] = nullptr;
        walked.stop(slot);
      }
    }
    walked.evaluate();
    const std::vector<double> direct = slowdowns(machine.gpu, running);
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      if (running[slot] == nullptr) continue;
      ASSERT_EQ(walked.slowdown(slot), direct[slot]) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace daris
