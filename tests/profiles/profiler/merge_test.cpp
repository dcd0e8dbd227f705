#include "profiles/profiler/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Profile times_part(const std::string& model, std::uint32_t batch, std::uint32_t sms, std::int32_t ns) {
  TimesAlone times;
  times.sms = sms;
  times.stages = {{{ns}}};
  times.whole = {{ns}};
  BatchProfile of_batch;
  of_batch.batch = batch;
  of_batch.times.push_back(times);
  ModelProfile of_model;
  of_model.model = model;
  of_model.stages = {{"whole", {"head"}}};
  of_model.batches.push_back(of_batch);
  Profile part;
  part.models.push_back(of_model);
  return part;
}

Profile saturation_part(std::uint32_t contexts, double jobs_per_s) {
  Saturation saturation;
  saturation.model = "resnet18";
  saturation.shape.contexts = contexts;
  saturation.jobs_per_s = jobs_per_s;
  Profile part;
  part.saturations.push_back(saturation);
  return part;
}

TEST(MergeProfile, PutsPartsInAnOrderOfTheirOwn) {
  Profile profile;
  ASSERT_TRUE(merge_profile(profile, times_part("unet", 1, 32, 5)).ok());
  ASSERT_TRUE(merge_profile(profile, times_part("resnet18", 4, 64, 4)).ok());
  ASSERT_TRUE(merge_profile(profile, times_part("resnet18", 1, 64, 3)).ok());
  ASSERT_TRUE(merge_profile(profile, times_part("resnet18", 1, 8, 2)).ok());
  ASSERT_EQ(profile.models.size(), 2U);
  EXPECT_EQ(profile.models[0].model, "resnet18");
  ASSERT_EQ(profile.models[0].batches.size(), 2U);
  const std::vector<TimesAlone>& times = profile.models[0].batches[0].times;
  ASSERT_EQ(times.size(), 2U);
  EXPECT_EQ(times[0].sms, 8U);
  EXPECT_EQ(times[1].sms, 64U);
}

TEST(MergeProfile, NewFiguresReplaceOldOnes) {
  Profile profile;
  ASSERT_TRUE(merge_profile(profile, times_part("unet", 1, 32, 5)).ok());
  ASSERT_TRUE(merge_profile(profile, times_part("unet", 1, 32, 6)).ok());
  ASSERT_EQ(profile.models[0].batches[0].times.size(), 1U);
  EXPECT_THAT(profile.models[0].batches[0].times[0].whole.ns, ElementsAre(6));
  ASSERT_TRUE(merge_profile(profile, saturation_part(8, 100)).ok());
  ASSERT_TRUE(merge_profile(profile, saturation_part(4, 50)).ok());
  ASSERT_TRUE(merge_profile(profile, saturation_part(8, 110)).ok());
  ASSERT_EQ(profile.saturations.size(), 2U);
  EXPECT_EQ(profile.saturations[1].jobs_per_s, 110);
}

TEST(MergeProfile, KeepsWhatThePartSaysNothingOf) {
  Profile profile = times_part("unet", 1, 32, 5);
  profile.models[0].batches[0].traffic = std::vector<StageTraffic>{{1, 2, 3}};
  Profile cold = times_part("unet", 1, 32, 5);
  cold.models[0].batches[0].times.clear();
  cold.models[0].batches[0].cold_stages = std::vector<Samples>{{{9}}};
  ASSERT_TRUE(merge_profile(profile, cold).ok());
  EXPECT_EQ(profile.models[0].batches[0].times.size(), 1U);
  EXPECT_TRUE(profile.models[0].batches[0].traffic.has_value());
  EXPECT_TRUE(profile.models[0].batches[0].cold_stages.has_value());
}

TEST(MergeProfile, TellsMechanismsAndPercentagesApart) {
  Profile profile = times_part("unet", 1, 32, 5);
  Profile by_mps = profile;
  by_mps.models[0].batches[0].times[0].backend = Backend::kMps;
  by_mps.models[0].batches[0].times[0].mps_percentage = 25;
  ASSERT_TRUE(merge_profile(profile, by_mps).ok());
  by_mps.models[0].batches[0].times[0].mps_percentage = 24;
  ASSERT_TRUE(merge_profile(profile, by_mps).ok());
  EXPECT_EQ(profile.models[0].batches[0].times.size(), 3U);
}

TEST(MergeProfile, RefusesOtherStages) {
  Profile profile = times_part("unet", 1, 32, 5);
  Profile other = profile;
  other.models[0].stages = {{"first", {"stem"}}, {"second", {"head"}}};
  const Status status = merge_profile(profile, other);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("unet"));
}

TEST(CheckSameMachine, NamesWhatDiffers) {
  Profile profile;
  profile.gpu.name = "NVIDIA H100 80GB HBM3";
  profile.gpu.driver = "580.1";
  Profile here = profile;
  EXPECT_TRUE(check_same_machine(profile, here).ok());
  here.gpu.driver = "590.2";
  const Status driver = check_same_machine(profile, here);
  ASSERT_FALSE(driver.ok());
  EXPECT_THAT(driver.error().message, AllOf(HasSubstr("driver"), HasSubstr("580.1"), HasSubstr("590.2")));
  here = profile;
  here.gpu.name = "NVIDIA H200";
  EXPECT_THAT(check_same_machine(profile, here).error().message, HasSubstr("NVIDIA H200"));
  here = profile;
  here.libtorch = "2.12.0";
  EXPECT_FALSE(check_same_machine(profile, here).ok());
  here = profile;
  here.conditions.algorithms = AlgorithmsOf::kPartition;
  EXPECT_THAT(check_same_machine(profile, here).error().message, HasSubstr("chose algorithms"));
}

}  // namespace
}  // namespace daris
