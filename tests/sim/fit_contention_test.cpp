#include "sim/fit/fit_contention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "profiles/profile_json.h"
#include "sim/fit/observations.h"

namespace daris {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const Profile& measured() {
  static const Profile read = [] {
    Result<Profile> result = read_profile(DARIS_TEST_DATA "/synthetic_profile.json");
    EXPECT_TRUE(result.ok());
    return std::move(result).value();
  }();
  return read;
}

// Times alone are those of the synthetic profile. What runs together is as the model says with `truth`.
Profile profile_of(const BackendContention& truth, Backend backend) {
  Profile profile = measured();
  profile.saturations.clear();
  profile.neighbours.clear();
  for (const char* const model : {"resnet18", "inception_v3"}) {
    for (const auto& [contexts, milli] :
         {std::pair{2U, 1000U}, {4U, 1000U}, {4U, 2000U}, {6U, 3000U}, {8U, 2000U}, {8U, 8000U}}) {
      Saturation row;
      row.model = model;
      row.batch = contexts == 6 ? 1 : 4;  // larger batches ask for more SMs than there are
      row.shape.backend = backend;
      row.shape.contexts = contexts;
      row.shape.oversubscription_milli = backend == Backend::kStreams ? contexts * 1000 : milli;
      row.shape.sms = 132;
      row.jobs_per_s = 1;
      profile.saturations.push_back(row);
    }
  }
  NeighbourTime beside;
  beside.model = "resnet18";
  beside.neighbour_model = "inception_v3";
  beside.shape.backend = backend;
  beside.shape.contexts = 4;
  beside.shape.oversubscription_milli = backend == Backend::kStreams ? 4000 : 2000;
  beside.stages = {{{1}}};
  profile.neighbours.push_back(beside);

  ContentionParameters parameters;
  (backend == Backend::kGreen ? parameters.green : parameters.streams) = truth;
  const std::vector<Observation> observations = observations_of(profile, backend);
  for (std::size_t row = 0; row < profile.saturations.size(); ++row) {
    profile.saturations[row].jobs_per_s = model_answer(observations[row], parameters).value();
  }
  profile.neighbours[0].stages = {
      {{static_cast<std::int32_t>(model_answer(observations.back(), parameters).value())}}};
  return profile;
}

TEST(FitContention, FindsTheParametersThatMadeTheMeasurements) {
  const BackendContention truth{{4000, ""}, {500, ""}, {0.5, ""}, {8, ""}, {0.3, ""}, {0.8, ""}};
  const auto report = fit_contention(profile_of(truth, Backend::kGreen), Backend::kGreen);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_NEAR(report.value().parameters.cache_gb_per_s.value, 4000, 400);
  EXPECT_NEAR(report.value().parameters.handover_ns.value, 500, 50);
  EXPECT_NEAR(report.value().parameters.turns.value, 0.5, 0.05);
  EXPECT_NEAR(report.value().parameters.latency.value, 0.3, 0.05);
  EXPECT_NEAR(report.value().parameters.fill.value, 0.8, 0.05);
  EXPECT_LT(report.value().summary(false).largest, 0.01);
  EXPECT_LT(report.value().summary(true).largest, 0.02);
  EXPECT_THAT(report.value().parameters.handover_ns.source,
              AllOf(HasSubstr(measured().name), HasSubstr("held out")));
}

TEST(FitContention, SaysWithHowManyQueuesTheProfileWasMeasured) {
  const BackendContention truth{{4000, ""}, {500, ""}, {0.5, ""}, {8, ""}};
  Profile profile = profile_of(truth, Backend::kGreen);
  EXPECT_THAT(fit_contention(profile, Backend::kGreen).value().parameters.hardware_queues.source,
              HasSubstr("with CUDA's default of 8"));
  profile.conditions.hardware_queues = 32;
  const Parameter queues = fit_contention(profile, Backend::kGreen).value().parameters.hardware_queues;
  EXPECT_EQ(queues.value, 32);
  EXPECT_THAT(queues.source, ::testing::EndsWith("fitted, with 32"));
}

TEST(FitContention, HoldsOutEverySecondShapeWhole) {
  const auto observations = observations_of(
      profile_of({{4000, ""}, {500, ""}, {0.5, ""}, {8, ""}}, Backend::kGreen), Backend::kGreen);
  ASSERT_EQ(observations.size(), 13U);
  std::size_t held_out = 0;
  for (const Observation& one : observations) {
    held_out += one.held_out;
    for (const Observation& other : observations) {
      const bool same = one.place.shape.contexts == other.place.shape.contexts &&
                        one.place.shape.oversubscription_milli == other.place.shape.oversubscription_milli;
      if (same) {
        EXPECT_EQ(one.held_out, other.held_out);
      }
    }
  }
  EXPECT_GE(held_out, 6U);
  EXPECT_LE(held_out, 7U);
}

TEST(FitContention, TakesOverWhatBelongsToTheGpuWhereNoOtherNetworkRanBeside) {
  const BackendContention truth{{4000, ""}, {500, ""}, {0.5, ""}, {8, ""}};
  const BackendContention other{
      {1, ""}, {1, ""}, {0.25, "measured elsewhere"}, {8, ""}, {0.125, "there too"}, {0.75, "and there"}};
  Profile profile = profile_of(truth, Backend::kGreen);
  profile.neighbours.clear();
  const auto taken = fit_contention(profile, Backend::kGreen, &other);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken.value().parameters.turns.value, 0.25);
  EXPECT_EQ(taken.value().parameters.latency.value, 0.125);
  EXPECT_EQ(taken.value().parameters.fill.value, 0.75);
  EXPECT_NE(taken.value().parameters.cache_gb_per_s.value, 1);
  EXPECT_THAT(taken.value().parameters.turns.source,
              AllOf(HasSubstr("taken over"), HasSubstr("measured elsewhere")));
}

TEST(FitContention, IsDeterministic) {
  const Profile profile = profile_of({{5000, ""}, {300, ""}, {0.5, ""}, {8, ""}}, Backend::kStreams);
  const auto first = fit_contention(profile, Backend::kStreams);
  const auto second = fit_contention(profile, Backend::kStreams);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first.value().parameters.cache_gb_per_s.value, second.value().parameters.cache_gb_per_s.value);
  EXPECT_EQ(first.value().parameters.handover_ns.value, second.value().parameters.handover_ns.value);
}

TEST(FitContention, SaysWhatItLacks) {
  Profile profile = measured();
  profile.saturations.clear();
  profile.neighbours.clear();
  EXPECT_THAT(fit_contention(profile, Backend::kMps).error().message,
              AllOf(HasSubstr("backend mps"), HasSubstr("daris profile")));
  profile = profile_of({{5000, ""}, {300, ""}, {0.5, ""}, {8, ""}}, Backend::kGreen);
  profile.saturations[3].model = "vgg";
  EXPECT_THAT(fit_contention(profile, Backend::kGreen).error().message,
              AllOf(HasSubstr("saturation vgg tf32 b1 shared"), HasSubstr("vgg")));
  profile.saturations[3] = profile.saturations[2];
  profile.saturations[3].jobs_per_s = 0;
  EXPECT_THAT(fit_contention(profile, Backend::kGreen).error().message, HasSubstr("measured 0"));
}

TEST(FitReport, SummarisesTheTwoHalves) {
  FitReport report;
  report.rows = {{"a", 100, 110, false}, {"b", 100, 95, false}, {"c", 100, 100, false}, {"d", 10, 8, true}};
  EXPECT_EQ(report.summary(false).count, 3U);
  EXPECT_NEAR(report.summary(false).median, 0.05, 1e-12);
  EXPECT_NEAR(report.summary(false).largest, 0.1, 1e-12);
  EXPECT_NEAR(report.summary(true).largest, 0.2, 1e-12);
  EXPECT_EQ(FitReport().summary(true).count, 0U);
}

}  // namespace
}  // namespace daris
