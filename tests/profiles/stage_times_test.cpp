#include "profiles/stage_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "profiles/profile_json.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/workloads/own_model.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

Samples samples(std::vector<std::int32_t> ns) { return Samples{std::move(ns)}; }

TimesAlone times(Backend backend, std::uint32_t sms, std::int32_t stage_ns) {
  TimesAlone entry;
  entry.backend = backend;
  entry.sms = sms;
  if (backend == Backend::kMps) entry.mps_percentage = sms * 100 / 132;
  entry.stages = {samples({stage_ns}), samples({stage_ns / 2})};
  entry.whole = samples({2 * stage_ns});
  return entry;
}

Profile profile_of(std::vector<TimesAlone> entries) {
  Profile profile;
  profile.name = "toy";
  ModelProfile model;
  model.model = "m";
  model.stages = {{"s1", {"u1"}}, {"s2", {"u2"}}};
  BatchProfile batch;
  batch.times = std::move(entries);
  model.batches.push_back(batch);
  profile.models.push_back(model);
  return profile;
}

std::vector<std::uint32_t> sms_of(const StageCurve& curve) {
  std::vector<std::uint32_t> sms;
  for (const StageCurve::Point& point : curve.points()) sms.push_back(point.sms);
  return sms;
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwo) {
  EXPECT_EQ(median_ns(samples({5})), 5);
  EXPECT_EQ(median_ns(samples({9, 1, 5})), 5);
  EXPECT_EQ(median_ns(samples({9, 1, 5, 6})), 5.5);
  EXPECT_EQ(median_ns(samples({2147483647, 2147483647})), 2147483647.0);
}

TEST(AlgorithmGain, IsWhatClientsOfMpsSaveOnFewSms) {
  const StageCurve green({{8, 1600}, {16, 800}, {64, 300}, {132, 200}});
  const StageCurve mps({{16, 600}, {64, 360}, {132, 240}});
  EXPECT_DOUBLE_EQ(algorithm_gain(green, mps, 16), (600.0 / 240) / (800.0 / 200));
  EXPECT_DOUBLE_EQ(algorithm_gain(green, mps, 8), algorithm_gain(green, mps, 16));
  EXPECT_EQ(algorithm_gain(green, mps, 132), 1);
  EXPECT_EQ(algorithm_gain(green, mps, 64), 1);  // it is never a loss: 1.5 here as there
  EXPECT_EQ(algorithm_gain(mps, green, 16), 1);
}

TEST(OwnCurves, NeedTwoQuotasOfTheBackend) {
  const Profile profile = profile_of(
      {times(Backend::kGreen, 8, 90), times(Backend::kGreen, 132, 20), times(Backend::kMps, 132, 25)});
  const auto green = own_curves(profile, Backend::kGreen, "m", Precision::kTf32, 1);
  ASSERT_TRUE(green);
  EXPECT_EQ(sms_of(green->stages[0]), (std::vector<std::uint32_t>{8, 132}));
  EXPECT_FALSE(own_curves(profile, Backend::kMps, "m", Precision::kTf32, 1));
  EXPECT_FALSE(own_curves(profile, Backend::kGreen, "m", Precision::kTf32, 64));
  EXPECT_FALSE(own_curves(profile, Backend::kGreen, "another", Precision::kTf32, 1));
}

TEST(StageCurve, IsExactAtItsPointsAndLinearInOneOverSmsBetween) {
  const StageCurve curve({{8, 1300}, {16, 700}, {32, 400}});
  EXPECT_EQ(curve.time_ns(8), 1300);
  EXPECT_EQ(curve.time_ns(16), 700);
  EXPECT_EQ(curve.time_ns(32), 400);
  // These points lie on 100 + 9600 / SMs, which interpolation in 1/SMs gives back everywhere.
  for (const double sms : {9.0, 12.0, 15.5, 20.0, 31.0})
    EXPECT_NEAR(curve.time_ns(sms), 100 + 9600 / sms, 1e-9) << sms;
}

TEST(StageCurve, SaysWhatWasProfiled) {
  const StageCurve curve({{8, 1300}, {16, 700}});
  EXPECT_TRUE(curve.profiled_at(8));
  EXPECT_FALSE(curve.profiled_at(12));
  EXPECT_FALSE(curve.profiled_at(24));
  EXPECT_EQ(curve.sms_min(), 8U);
  EXPECT_EQ(curve.sms_max(), 16U);
}

TEST(StageCurveDeathTest, HasNoAnswerOutsideItsRange) {
  const StageCurve curve({{8, 1300}, {16, 700}});
  EXPECT_DEATH(static_cast<void>(curve.time_ns(7)), "sms");
  EXPECT_DEATH(static_cast<void>(curve.time_ns(17)), "sms");
  EXPECT_DEATH(StageCurve({{16, 1}, {8, 1}}), "sms");
}

TEST(ModelCurves, TakeTheTimesOfGreenWhereTheBackendHasNone) {
  const Profile profile = profile_of({times(Backend::kGreen, 132, 100), times(Backend::kGreen, 8, 900)});
  for (const Backend backend : {Backend::kGreen, Backend::kMps, Backend::kStreams, Backend::kCpu}) {
    const ModelCurves curves = model_curves(profile, backend, "m", Precision::kTf32, 1).value();
    ASSERT_EQ(curves.stages.size(), 2U);
    EXPECT_EQ(sms_of(curves.stages[0]), (std::vector<std::uint32_t>{8, 132}));
    EXPECT_EQ(curves.stages[1].time_ns(8), 450);
    EXPECT_EQ(curves.whole.time_ns(132), 200);
  }
}

TEST(ModelCurves, TakeTheBackendsOwnTimesAndGreenBeyondThem) {
  const Profile profile = profile_of({times(Backend::kGreen, 8, 900), times(Backend::kGreen, 32, 300),
                                      times(Backend::kGreen, 48, 250), times(Backend::kGreen, 132, 100),
                                      times(Backend::kMps, 32, 330), times(Backend::kMps, 66, 220)});
  const StageCurve mps = model_curves(profile, Backend::kMps, "m", Precision::kTf32, 1).value().stages[0];
  EXPECT_EQ(sms_of(mps), (std::vector<std::uint32_t>{8, 32, 66, 132}));
  EXPECT_EQ(mps.time_ns(32), 330);
  EXPECT_EQ(mps.time_ns(8), 900);
  const StageCurve green = model_curves(profile, Backend::kGreen, "m", Precision::kTf32, 1).value().stages[0];
  EXPECT_EQ(sms_of(green), (std::vector<std::uint32_t>{8, 32, 48, 132}));
}

// It may lie elsewhere by now.
TEST(ModelCurves, FindAModelOfOnesOwnByItsManifest) {
  const testing::TemporaryFolder folder;
  Profile profile = profile_of({times(Backend::kGreen, 8, 900), times(Backend::kGreen, 132, 100)});
  profile.models[0].model = profiled_name(testing::make_own_model(folder / "there/own"));
  EXPECT_THAT(profile.models[0].model, ::testing::MatchesRegex("own@[0-9a-f]{12}"));
  const std::string moved = testing::make_own_model(folder / "here/own");
  EXPECT_TRUE(has_times(profile, moved, Precision::kTf32, 1));
  EXPECT_TRUE(model_curves(profile, Backend::kGreen, moved, Precision::kTf32, 1).ok());
  const std::string other = testing::make_own_model(folder / "other/own", "1");
  EXPECT_FALSE(has_times(profile, other, Precision::kTf32, 1));
}

std::string error_of(const Profile& profile, std::string_view model, Precision precision,
                     std::uint32_t batch) {
  const Result<ModelCurves> curves = model_curves(profile, Backend::kGreen, model, precision, batch);
  return curves.ok() ? "no error" : curves.error().message;
}

TEST(ModelCurves, SayWhatTheProfileHasInstead) {
  Profile profile = profile_of({times(Backend::kGreen, 8, 900)});
  EXPECT_EQ(error_of(profile, "x", Precision::kTf32, 1), "profile toy: has no model x; it has m");
  EXPECT_EQ(error_of(profile, "m", Precision::kFp16, 1),
            "profile toy: has no times of m in precision fp16; it has tf32");
  EXPECT_EQ(error_of(profile, "m", Precision::kTf32, 4),
            "profile toy: has no times of m in precision tf32 for batch 4; it has batches 1");
  profile.models[0].batches[0].times.clear();
  EXPECT_EQ(error_of(profile, "m", Precision::kTf32, 1),
            "profile toy: has no times of m in precision tf32 for batch 1; it has batches none");
  EXPECT_EQ(error_of(Profile{}, "m", Precision::kTf32, 1), "profile : has no model m; it has none");
}

TEST(Saturation, IsThatOfTheShapeThatLoadIsCountedIn) {
  Profile profile;
  Saturation row;
  row.model = "m";
  row.shape.sms = 132;
  row.jobs_per_s = 100;
  const auto add = [&profile](const Saturation& changed) { profile.saturations.push_back(changed); };
  const auto ask = [&profile](Backend backend, Weights weights, std::uint32_t sms) {
    return saturation_jobs_per_s(profile, backend, "m", Precision::kTf32, 1, weights, sms);
  };
  Saturation other = row;
  other.staged = false, other.jobs_per_s = 1, add(other);
  other = row, other.shape.contexts = 4, other.jobs_per_s = 2, add(other);
  other = row, other.shape.oversubscription_milli = 1000, other.jobs_per_s = 3, add(other);
  other = row, other.shape.streams = 2, other.jobs_per_s = 4, add(other);
  EXPECT_FALSE(ask(Backend::kGreen, Weights::kShared, 132).has_value());
  add(row);
  other = row, other.weights = Weights::kOwn, other.jobs_per_s = 90, add(other);
  other = row, other.shape.backend = Backend::kStreams, other.shape.oversubscription_milli = 8000,
  other.jobs_per_s = 80, add(other);
  EXPECT_EQ(ask(Backend::kGreen, Weights::kShared, 132), 100);
  EXPECT_EQ(ask(Backend::kGreen, Weights::kOwn, 132), 90);
  EXPECT_EQ(ask(Backend::kStreams, Weights::kShared, 132), 80);
  EXPECT_FALSE(ask(Backend::kGreen, Weights::kShared, 64).has_value());
  EXPECT_FALSE(ask(Backend::kMps, Weights::kShared, 132).has_value());
}

TEST(SyntheticProfile, HasCurvesForAllModelsAndLessTimeOnMoreSms) {
  const Profile profile =
      read_profile(std::string(DARIS_SOURCES) + "/tests/data/synthetic_profile.json").value();
  for (const char* model : {"resnet18", "resnet50", "unet", "inception_v3", "small_cnn"})
    for (const Precision precision : {Precision::kTf32, Precision::kFp16})
      for (const std::uint32_t batch : {1U, 2U, 4U, 8U, 16U, 32U}) {
        const Result<ModelCurves> curves = model_curves(profile, Backend::kGreen, model, precision, batch);
        ASSERT_TRUE(curves.ok()) << curves.error().message;
        EXPECT_EQ(sms_of(curves.value().whole),
                  (std::vector<std::uint32_t>{8, 16, 24, 32, 48, 64, 96, 128, 132}));
        for (std::uint32_t sms = 9; sms <= 132; ++sms)
          EXPECT_LT(curves.value().whole.time_ns(sms), curves.value().whole.time_ns(sms - 1));
        EXPECT_TRUE(
            saturation_jobs_per_s(profile, Backend::kGreen, model, precision, batch, Weights::kOwn, 132)
                .has_value());
      }
}

}  // namespace
}  // namespace daris
