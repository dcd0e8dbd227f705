#include "runtime/rivals/rival_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

RivalOptions read(const std::vector<std::string>& arguments) {
  return parse_rival_options(arguments).value();
}

std::string error(const std::vector<std::string>& arguments) {
  const auto parsed = parse_rival_options(arguments);
  return parsed.ok() ? "no error" : parsed.error().message;
}

TEST(RivalOptions, WithoutWordsMeasuresTheTwoRatesOfTheTaskSets) {
  const RivalOptions options = read({});
  EXPECT_THAT(options.rates_hz, ElementsAre(60, 390));
  EXPECT_THAT(options.beside, ElementsAre(1, 2, 4, 8));
  EXPECT_THAT(options.priorities, ElementsAre(true));
  EXPECT_GE(options.jobs, 662U);
}

TEST(RivalOptions, ReadsLists) {
  const RivalOptions options = read({"--rates", "20.5", "--beside", "4,0", "--priorities=off,on", "--jobs",
                                     "10", "--warmup", "1.5s", "--device", "3", "-o", "out.json"});
  EXPECT_THAT(options.rates_hz, ElementsAre(20.5));
  EXPECT_THAT(options.beside, ElementsAre(0, 4)) << "in ascending order, since processes are only added";
  EXPECT_THAT(options.priorities, ElementsAre(false, true));
  EXPECT_EQ(options.jobs, 10U);
  EXPECT_EQ(options.warmup.seconds(), 1.5);
  EXPECT_EQ(options.device, 3U);
  EXPECT_EQ(options.output, "out.json");
}

TEST(RivalOptions, AnErrorNamesTheOptionAndTheValue) {
  EXPECT_EQ(error({"--rates", "60,x"}), "--rates: \"x\" is not a rate from 1 to 10000 Hz");
  EXPECT_EQ(error({"--beside", "48"}), "--beside: \"48\" is not a whole number from 0 to 47");
  EXPECT_EQ(error({"--beside", "1,,2"}), "--beside: \"\" is not a whole number from 0 to 47");
  EXPECT_EQ(error({"--beside", ""}), "--beside: the list is empty");
  EXPECT_EQ(error({"--priorities", "yes"}), "--priorities: \"yes\" is neither on nor off");
  EXPECT_EQ(error({"--jobs", "0"}), "--jobs: \"0\" is not a whole number from 1 to 1000000");
  EXPECT_THAT(error({"--warmup", "long"}), HasSubstr("--warmup: \"long\" is not a duration"));
  EXPECT_THAT(error({"--nothing"}), AllOf(HasSubstr("--nothing"), HasSubstr("--help")));
  EXPECT_THAT(error({"word"}), HasSubstr("--help"));
}

TEST(RivalOptions, TheHelpNamesEachOption) {
  EXPECT_TRUE(read({"--help"}).help);
  for (const char* option : {"--rates", "--beside", "--priorities", "--jobs", "--warmup", "--device", "-o"})
    EXPECT_THAT(rival_help(), HasSubstr(option));
}

}  // namespace
}  // namespace daris
