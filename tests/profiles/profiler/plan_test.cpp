#include "profiles/profiler/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <set>

#include "tests/base/host/temporary_folder.h"
#include "tests/workloads/own_model.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ProfilerOptions options_for(std::vector<std::string> models) {
  ProfilerOptions options;
  options.models = std::move(models);
  return options;
}

std::vector<WorkUnit> plan_of(const ProfilerOptions& options) {
  const Result<std::vector<WorkUnit>> plan = make_plan(options, MachineShape{});
  EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error().message);
  return plan.ok() ? plan.value() : std::vector<WorkUnit>{};
}

std::ptrdiff_t count(const std::vector<WorkUnit>& plan, Measurement measurement, Backend backend) {
  return std::count_if(plan.begin(), plan.end(), [&](const WorkUnit& unit) {
    return unit.measurement == measurement && unit.backend == backend;
  });
}

// A profile that has exactly what `unit` asks for, with `samples` samples.
Profile profile_with(const WorkUnit& unit, std::size_t samples) {
  const Samples some{std::vector<std::int32_t>(samples, 1000)};
  Profile profile;
  ModelProfile model;
  model.model = unit.model;
  model.precision = unit.precision;
  BatchProfile batch;
  batch.batch = unit.batch;
  switch (unit.measurement) {
    case Measurement::kTimes: {
      TimesAlone times;
      times.backend = unit.backend;
      times.sms = unit.sms;
      if (unit.backend == Backend::kMps) times.mps_percentage = unit.mps_percentage;
      times.stages = {some, some};
      times.whole = some;
      batch.times.push_back(times);
      break;
    }
    case Measurement::kCold: batch.cold_stages = std::vector<Samples>{some}; break;
    case Measurement::kKernels: batch.kernels.emplace(); break;
    case Measurement::kTraffic: batch.traffic.emplace(); break;
    case Measurement::kLaunch:
      profile.launch_costs.push_back({unit.backend, some, some, some});
      return profile;
    case Measurement::kNeighbours:
      profile.neighbours.push_back({unit.model,
                                    unit.precision,
                                    unit.batch,
                                    unit.neighbour_model,
                                    unit.neighbour_precision,
                                    unit.neighbour_batch,
                                    unit.shape(),
                                    {some}});
      return profile;
    case Measurement::kSaturation:
      profile.saturations.push_back(
          {unit.model, unit.precision, unit.batch, unit.weights, unit.staged, unit.shape(), 1.0});
      return profile;
  }
  model.batches.push_back(batch);
  profile.models.push_back(model);
  return profile;
}

TEST(ProfilerPlan, CoversTheWholeGridOfTimes) {
  const std::vector<WorkUnit> plan = plan_of(options_for({"resnet18", "unet"}));
  EXPECT_EQ(count(plan, Measurement::kTimes, Backend::kGreen), 2 * 2 * 6 * 9);
  const auto percentages = static_cast<std::ptrdiff_t>(mps_percentages(MachineShape{}).size());
  EXPECT_EQ(count(plan, Measurement::kTimes, Backend::kMps), std::ptrdiff_t{2} * 2 * 6 * percentages);
}

TEST(ProfilerPlan, HasTheShapeOfLoadForEveryModelPrecisionAndBatch) {
  const std::vector<WorkUnit> plan = plan_of(options_for({"resnet18"}));
  for (const Precision precision : {Precision::kTf32, Precision::kFp16})
    for (const std::uint32_t batch : {1U, 2U, 4U, 8U, 16U, 32U}) {
      const auto found = std::find_if(plan.begin(), plan.end(), [&](const WorkUnit& unit) {
        return unit.measurement == Measurement::kSaturation && unit.backend == Backend::kGreen &&
               unit.precision == precision && unit.batch == batch && unit.contexts == 8 &&
               unit.streams == 1 && unit.oversubscription_milli == 2000 && unit.staged &&
               unit.weights == Weights::kShared;
      });
      ASSERT_NE(found, plan.end()) << batch;
      EXPECT_EQ(found->sms, 132U);
    }
}

TEST(ProfilerPlan, MeasuresNothingTwice) {
  const std::vector<WorkUnit> plan = plan_of(options_for({"resnet18", "unet"}));
  std::set<std::string> seen;
  for (const WorkUnit& unit : plan) EXPECT_TRUE(seen.insert(encode_unit(unit)).second) << describe(unit);
}

TEST(ProfilerPlan, BeginsWithTheSmallestBatchOnAllQuotas) {
  ProfilerOptions options = options_for({"resnet18"});
  options.batches = {8, 2};
  options.precisions = {Precision::kTf32};
  const std::vector<WorkUnit> plan = plan_of(options);
  EXPECT_EQ(plan[0].measurement, Measurement::kLaunch);
  for (std::size_t index = 2; index < 2 + 9; ++index) {
    EXPECT_EQ(plan[index].measurement, Measurement::kTimes);
    EXPECT_EQ(plan[index].batch, 2U);
  }
  EXPECT_EQ(plan[2].sms, 8U);
  EXPECT_EQ(plan[10].sms, 132U);
}

TEST(ProfilerPlan, KeepsUnitsOfAnMpsPercentageTogether) {
  ProfilerOptions options = options_for({"resnet18", "unet"});
  options.batches = {1};
  options.backends = {Backend::kMps};
  options.what = {Measurement::kTimes};
  std::vector<std::uint32_t> order;
  for (const WorkUnit& unit : plan_of(options))
    if (order.empty() || order.back() != unit.mps_percentage) order.push_back(unit.mps_percentage);
  EXPECT_EQ(order, mps_percentages(MachineShape{}));
}

// In each part of a plan, so a worker starts seldom.
TEST(ProfilerPlan, KeepsUnitsTogetherThatChooseAlgorithmsInAsManySms) {
  std::size_t changes = 0;
  std::uint32_t last = 0;
  for (const WorkUnit& unit : plan_of(options_for({"resnet18", "unet"}))) {
    if (unit.backend == Backend::kMps) continue;
    const std::uint32_t here = choice_sms(unit, MachineShape{});
    if (here != last) ++changes;
    last = here;
  }
  EXPECT_LT(changes, 60U);
}

TEST(ProfilerPlan, ChoosesAlgorithmsWhereTheUnitRuns) {
  const MachineShape machine;
  WorkUnit unit;
  unit.sms = 24;
  EXPECT_EQ(choice_sms(unit, machine), 24U);
  unit.measurement = Measurement::kKernels;
  EXPECT_EQ(choice_sms(unit, machine), machine.sms);
  unit.measurement = Measurement::kSaturation;
  unit.sms = machine.sms;
  unit.contexts = 8;
  EXPECT_EQ(choice_sms(unit, machine), 8U) << "the first of 15 groups";
  unit.oversubscription_milli = 8000;
  EXPECT_EQ(choice_sms(unit, machine), machine.sms) << "each sees all";
  unit.backend = Backend::kStreams;
  EXPECT_EQ(choice_sms(unit, machine), machine.sms);
}

TEST(ProfilerPlan, HasBusyNeighboursOnEveryMechanism) {
  const std::vector<WorkUnit> plan = plan_of(options_for({"resnet18"}));
  EXPECT_EQ(count(plan, Measurement::kNeighbours, Backend::kStreams), 2);
  EXPECT_EQ(count(plan, Measurement::kNeighbours, Backend::kMps), 2);
  EXPECT_EQ(count(plan, Measurement::kNeighbours, Backend::kGreen), 2 * 5 + 2 * 2) << "two of batch 8";
}

TEST(ProfilerPlan, MeasuresAModelOfOnesOwnAsItWasCompiled) {
  const testing::TemporaryFolder folder;
  const std::string own = testing::make_own_model(folder / "own");
  ProfilerOptions options = options_for({own, "resnet18"});
  const auto plan_of_own = [&](const std::vector<std::uint32_t>& batches,
                               const std::vector<Precision>& precisions) {
    options.batches = batches;
    options.precisions = precisions;
    std::vector<WorkUnit> units = plan_of(options);
    std::erase_if(units, [&](const WorkUnit& unit) { return unit.model != own; });
    return units;
  };
  const std::vector<WorkUnit> units = plan_of_own({4}, {Precision::kTf32});
  EXPECT_GT(units.size(), 20U);
  std::size_t beside_resnet18 = 0;
  for (const WorkUnit& unit : units) {
    EXPECT_EQ(unit.precision, Precision::kTf32) << describe(unit);
    EXPECT_EQ(unit.batch, 4U) << describe(unit);
    EXPECT_EQ(unit.weights, Weights::kShared) << describe(unit);
    EXPECT_NE(unit.measurement, Measurement::kCold);
    if (unit.neighbour_model == "resnet18") ++beside_resnet18;
  }
  EXPECT_EQ(beside_resnet18, 2U);
  // Its packages take no other batch and no other precision, so that these say nothing about it.
  EXPECT_EQ(plan_of_own({1, 2, 8}, {Precision::kTf32}).size(), units.size());
  EXPECT_EQ(plan_of_own({1}, {Precision::kFp16}).size(), units.size() - beside_resnet18);
  EXPECT_EQ(plan_of_own({4}, {Precision::kTf32, Precision::kFp16}).size(), units.size());
}

TEST(ProfilerPlan, TimesAModelOfOnesOwnBesideNetworksOfTheirOwnBatch) {
  const testing::TemporaryFolder folder;
  const std::string own = testing::make_own_model(folder / "own");
  ProfilerOptions options = options_for({own, "resnet18"});
  options.batches = {1};
  options.what = {Measurement::kNeighbours};
  options.backends = {Backend::kGreen};
  for (const WorkUnit& unit : plan_of(options)) {
    EXPECT_EQ(unit.batch, unit.model == own ? 4U : 1U) << describe(unit);
    EXPECT_EQ(unit.neighbour_batch, unit.neighbour_model == own ? 4U : 1U) << describe(unit);
  }
}

TEST(ProfilerPlan, ObeysWhatAndMechanisms) {
  ProfilerOptions options = options_for({"resnet18"});
  options.what = {Measurement::kSaturation};
  options.backends = {Backend::kStreams};
  for (const WorkUnit& unit : plan_of(options)) {
    EXPECT_EQ(unit.measurement, Measurement::kSaturation);
    EXPECT_EQ(unit.backend, Backend::kStreams);
    EXPECT_EQ(unit.oversubscription_milli, 8000U);
  }
}

TEST(ProfilerPlan, ConfinedMachineIsMeasuredByGreenContextsOnly) {
  ProfilerOptions options = options_for({"resnet18"});
  options.machine_sms = 64;
  for (const WorkUnit& unit : plan_of(options)) {
    if (unit.measurement != Measurement::kSaturation) continue;
    EXPECT_EQ(unit.backend, Backend::kGreen);
    EXPECT_EQ(unit.sms, 64U);
  }
}

TEST(ProfilerPlan, PercentagesGrantWhatThePapersShapesAskFor) {
  // These grant 16, 22, 32, 34, 44, 66 and 132 of 132 SMs. For OS = 1 it is the largest that grants no more.
  EXPECT_THAT(mps_percentages(MachineShape{}), ElementsAre(13U, 18U, 25U, 26U, 34U, 51U, 100U));
}

TEST(ProfilerPlan, RefusesQuotasThatTheGpuCannotGive) {
  ProfilerOptions options = options_for({"resnet18"});
  options.quotas = {8, 20};
  const auto not_a_group = make_plan(options, MachineShape{});
  ASSERT_FALSE(not_a_group.ok());
  EXPECT_THAT(not_a_group.error().message,
              AllOf(HasSubstr("--quotas"), HasSubstr("20"), HasSubstr("groups of 8")));
  options.quotas = {136};
  EXPECT_FALSE(make_plan(options, MachineShape{}).ok());
  options.quotas = {132};
  EXPECT_TRUE(make_plan(options, MachineShape{}).ok());
  options.machine_sms = 60;
  const auto not_confined = make_plan(options, MachineShape{});
  ASSERT_FALSE(not_confined.ok());
  EXPECT_THAT(not_confined.error().message, AllOf(HasSubstr("--sms"), HasSubstr("60")));
}

TEST(ProfilerPlan, KnowsWhatIsMeasuredOfEveryKind) {
  std::vector<WorkUnit> plan = plan_of(options_for({"resnet18", "unet"}));
  for (const WorkUnit& unit : plan) {
    EXPECT_FALSE(is_measured({}, unit, 20)) << describe(unit);
    EXPECT_TRUE(is_measured(profile_with(unit, 20), unit, 20)) << describe(unit);
  }
}

TEST(ProfilerPlan, OneUnitDoesNotPassForAnother) {
  ProfilerOptions options = options_for({"resnet18"});
  options.batches = {1, 8};
  const std::vector<WorkUnit> plan = plan_of(options);
  for (const WorkUnit& measured : plan) {
    const Profile profile = profile_with(measured, 20);
    for (const WorkUnit& other : plan)
      EXPECT_EQ(is_measured(profile, other, 20), other == measured)
          << describe(other) << " in a profile of " << describe(measured);
  }
}

TEST(ProfilerPlan, TooFewSamplesAreMeasuredAgain) {
  WorkUnit unit;
  unit.model = "resnet18";
  unit.sms = 8;
  EXPECT_FALSE(is_measured(profile_with(unit, 19), unit, 20));
}

TEST(WorkUnitText, ComesBackFromItsLine) {
  for (const WorkUnit& unit : plan_of(options_for({"resnet18", "unet"}))) {
    const Result<WorkUnit> back = decode_unit(encode_unit(unit));
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(back.value(), unit);
  }
}

TEST(WorkUnitText, RefusesOtherLines) {
  for (const char* line :
       {"", "[]", "{}", "[9,\"m\",1,1,0,0,0,\"\",1,1,1,1,1,0,true]", "[0,5,1,1,0,0,0,\"\",1,1,1,1,1,0,true]"})
    EXPECT_FALSE(decode_unit(line).ok()) << line;
}

TEST(WorkUnitText, ReadsWell) {
  WorkUnit unit;
  unit.measurement = Measurement::kSaturation;
  unit.model = "unet";
  unit.precision = Precision::kFp16;
  unit.contexts = 6;
  unit.streams = 2;
  unit.oversubscription_milli = 1500;
  unit.weights = Weights::kOwn;
  unit.sms = 132;
  EXPECT_EQ(describe(unit), "saturation unet fp16 b1 green 6x2 OS 1.500 own weights 132 SMs");
}

}  // namespace
}  // namespace daris
