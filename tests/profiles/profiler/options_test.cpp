#include "profiles/profiler/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/base/host/temporary_folder.h"
#include "tests/workloads/own_model.h"

namespace daris {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ProfilerOptions parse(const std::vector<std::string>& arguments) {
  const Result<ProfilerOptions> options = parse_profiler_options(arguments);
  EXPECT_TRUE(options.ok()) << (options.ok() ? "" : options.error().message);
  return options.ok() ? options.value() : ProfilerOptions{};
}

std::string error_of(const std::vector<std::string>& arguments) {
  const Result<ProfilerOptions> options = parse_profiler_options(arguments);
  return options.ok() ? "no error" : options.error().message;
}

TEST(ProfilerOptions, MeasuresEverythingByDefault) {
  const ProfilerOptions options = parse({"-o", "profile.json"});
  EXPECT_EQ(options.output, "profile.json");
  EXPECT_THAT(options.batches, ElementsAre(1U, 2U, 4U, 8U, 16U, 32U));
  EXPECT_THAT(options.quotas, ElementsAre(8U, 16U, 24U, 32U, 48U, 64U, 96U, 128U, 0U));
  EXPECT_FALSE(options.budget_s.has_value());
  EXPECT_TRUE(wants(options, Measurement::kTraffic));
  EXPECT_TRUE(wants(options, Backend::kMps));
}

TEST(ProfilerOptions, ReadsLists) {
  const ProfilerOptions options = parse({"--models", "unet,resnet18", "--precisions=fp16", "--batches", "4,1",
                                         "--quotas", "8,all", "--mechanisms", "green", "--what",
                                         "times,launch", "--budget", "480s", "--samples", "25", "-o", "p"});
  EXPECT_THAT(options.models, ElementsAre("unet", "resnet18"));
  EXPECT_THAT(options.precisions, ElementsAre(Precision::kFp16));
  EXPECT_THAT(options.batches, ElementsAre(4U, 1U));
  EXPECT_THAT(options.quotas, ElementsAre(8U, 0U));
  EXPECT_EQ(options.budget_s, 480);
  EXPECT_EQ(options.samples, 25U);
  EXPECT_TRUE(wants(options, Measurement::kLaunch));
  EXPECT_FALSE(wants(options, Measurement::kCold));
  EXPECT_FALSE(wants(options, Backend::kMps));
}

TEST(ProfilerOptions, FlagsGoWithOtherOptions) {
  const ProfilerOptions options = parse({"-o", "profile.json", "--progress"});
  EXPECT_TRUE(options.progress);
  EXPECT_EQ(options.output, "profile.json");
  EXPECT_EQ(parse({"--progress", "--help"}).output, "");
}

TEST(ProfilerOptions, BudgetMayBeInMinutes) { EXPECT_EQ(parse({"--budget", "8m", "-o", "p"}).budget_s, 480); }

TEST(ProfilerOptions, ErrorsNameTheOptionTheValueAndWhatWouldBeRight) {
  EXPECT_THAT(error_of({"--models", "resnet81", "-o", "p"}),
              AllOf(HasSubstr("--models"), HasSubstr("resnet81"), HasSubstr("\"resnet18\"")));
  EXPECT_THAT(error_of({"--precisions", "tf23", "-o", "p"}),
              AllOf(HasSubstr("--precisions"), HasSubstr("tf23"), HasSubstr("\"tf32\"")));
  EXPECT_THAT(error_of({"--what", "time", "-o", "p"}), AllOf(HasSubstr("--what"), HasSubstr("\"times\"")));
  EXPECT_THAT(error_of({"--batches", "1,0", "-o", "p"}),
              AllOf(HasSubstr("--batches"), HasSubstr("\"0\""), HasSubstr("from 1 to")));
  EXPECT_THAT(error_of({"--batches", "", "-o", "p"}), HasSubstr("--batches"));
  EXPECT_THAT(error_of({"--quotas", "8,3x", "-o", "p"}), AllOf(HasSubstr("--quotas"), HasSubstr("\"3x\"")));
  EXPECT_THAT(error_of({"--samples", "19", "-o", "p"}), AllOf(HasSubstr("--samples"), HasSubstr("from 20")));
  EXPECT_THAT(error_of({"--budget", "480", "-o", "p"}), AllOf(HasSubstr("--budget"), HasSubstr("480s")));
  EXPECT_THAT(error_of({"--budget", "99999999999s", "-o", "p"}), HasSubstr("--budget"));
  EXPECT_THAT(error_of({"--mechanisms", "cpu", "-o", "p"}), HasSubstr("--mechanisms"));
}

TEST(ProfilerOptions, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(error_of({"--model", "unet", "-o", "p"}), HasSubstr("model"));
  EXPECT_THAT(error_of({"profile.json", "-o", "p"}), HasSubstr("daris-profile --help"));
}

TEST(ProfilerOptions, RefusesAModelThatWasCompiledForTheCpu) {
  const testing::TemporaryFolder folder;
  const std::string own = testing::make_own_model(folder / "own");
  EXPECT_TRUE(parse_profiler_options({"-o", "p.json", "--models", own}).ok());
  const std::string other = testing::make_own_model(folder / "other");
  std::string manifest = testing::contents(folder / "other" / "model.json");
  manifest.replace(manifest.find("cuda"), 4, "cpu");
  std::ofstream(folder / "other" / "model.json") << manifest;
  const Result<ProfilerOptions> refused = parse_profiler_options({"-o", "p.json", "--models", other});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("was compiled for the CPU; export it for a GPU"));
}

TEST(ProfilerOptions, WantsAnOutputUnlessNothingIsMeasured) {
  EXPECT_THAT(error_of({"--budget", "1m"}), HasSubstr("-o FILE"));
  EXPECT_TRUE(parse({"--dry-run"}).dry_run);
  EXPECT_TRUE(parse({"--help"}).help);
}

TEST(ProfilerOptions, HelpNamesEveryOption) {
  const std::string help = profiler_help();
  for (const char* option :
       {"--models", "--precisions", "--batches", "--quotas", "--mechanisms", "--what", "--sms", "--budget",
        "--samples", "--dry-run", "--progress", "--output", "130 interrupted"})
    EXPECT_THAT(help, HasSubstr(option));
}

}  // namespace
}  // namespace daris
