// The measurements on a real GPU, with the small model. All are skipped if there is no GPU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "gpu/check.h"
#include "gpu/probe.h"
#include "profiles/profiler/gpu/bench.h"

namespace daris {
namespace {

using ::testing::Each;
using ::testing::Gt;
using ::testing::SizeIs;

// One for all tests: green contexts live as long as the process.
Bench& bench() {
  static Bench made(0, BenchStreams::kGreen);
  return made;
}

GreenMachine& green() {
  static GreenMachine made(0);
  return made;
}

WorkUnit small_unit(Measurement measurement) {
  WorkUnit unit;
  unit.measurement = measurement;
  unit.model = "small_cnn";
  unit.sms = bench().machine().sms;
  return unit;
}

std::int32_t median(std::vector<std::int32_t> ns) {
  std::nth_element(ns.begin(), ns.begin() + static_cast<std::ptrdiff_t>(ns.size() / 2), ns.end());
  return ns[ns.size() / 2];
}

TEST(GreenMachineOnGpu, GroupsAreDisjointAndWindowsOverlapAsTheirGroupsDo) {
  const MachineShape shape = green().shape();
  const auto first = sms_of_stream(green().window_stream({0, 0, 1, shape.groups}));
  const auto second = sms_of_stream(green().window_stream({1, 1, 1, shape.groups}));
  const auto both = sms_of_stream(green().window_stream({2, 0, 2, shape.groups}));
  std::vector<std::uint32_t> shared;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(shared));
  EXPECT_THAT(shared, SizeIs(0));
  std::vector<std::uint32_t> together;
  std::set_union(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(together));
  EXPECT_EQ(both, together);
}

TEST(GreenMachineOnGpu, AllGroupsAreEverySm) {
  const MachineShape shape = green().shape();
  EXPECT_THAT(sms_of_stream(green().window_stream({0, 0, shape.groups, shape.groups})), SizeIs(shape.sms));
}

TEST(BenchOnGpu, TimesHaveEnoughSamples) {
  const Profile profile = bench().times(small_unit(Measurement::kTimes), 20);
  ASSERT_EQ(profile.models.size(), 1U);
  const TimesAlone& times = profile.models[0].batches[0].times[0];
  EXPECT_THAT(times.stages, SizeIs(profile.models[0].stages.size()));
  for (const Samples& stage : times.stages) {
    EXPECT_GE(stage.ns.size(), 20U);
    EXPECT_THAT(stage.ns, Each(Gt(0)));
  }
  std::int32_t chained = 0;
  for (const Samples& stage : times.stages) chained += median(stage.ns);
  EXPECT_LT(median(times.whole.ns), 2 * chained);
}

TEST(BenchOnGpu, FewSmsTakeLonger) {
  WorkUnit unit = small_unit(Measurement::kTimes);
  unit.model = "resnet18";
  unit.batch = 8;
  const auto whole_ns = [&](std::uint32_t sms) {
    unit.sms = sms;
    return median(bench().times(unit, 20).models[0].batches[0].times[0].whole.ns);
  };
  EXPECT_GT(whole_ns(bench().machine().group_sms), 3 * whole_ns(bench().machine().sms));
}

TEST(BenchOnGpu, ALaunchIsNoticedAfterItWasMade) {
  const LaunchCosts costs = bench().launch(small_unit(Measurement::kLaunch)).launch_costs.at(0);
  EXPECT_LT(median(costs.launch_call.ns), median(costs.launch_to_noticed.ns));
}

TEST(BenchOnGpu, MoreSlotsDoMoreJobs) {
  WorkUnit unit = small_unit(Measurement::kSaturation);
  unit.contexts = 1;
  bench().prepare_saturation(unit);
  const double one = bench().run_saturation();
  unit.contexts = 4;
  unit.oversubscription_milli = 2000;
  bench().prepare_saturation(unit);
  EXPECT_GT(bench().run_saturation(), one);
}

TEST(BenchOnGpu, BusyNeighboursSlowAVictimDown) {
  WorkUnit unit = small_unit(Measurement::kNeighbours);
  unit.model = "resnet18";
  unit.neighbour_model = "resnet18";
  unit.contexts = 4;
  unit.oversubscription_milli = 4000;
  const Profile beside = bench().neighbours(unit, 20);
  unit.measurement = Measurement::kTimes;
  const Profile alone = bench().times(unit, 20);
  EXPECT_GT(median(beside.neighbours.at(0).stages.at(0).ns),
            median(alone.models[0].batches[0].times[0].stages.at(0).ns));
}

}  // namespace
}  // namespace daris

int main(int argc, char** argv) {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::puts("skipped: no NVIDIA GPU");
    return 77;
  }
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
