#include "profiles/profiler/sitting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "profiles/profiler/profiler.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

WorkUnit saturation(std::uint32_t contexts) {
  WorkUnit unit;
  unit.measurement = Measurement::kSaturation;
  unit.model = "resnet18";
  unit.contexts = contexts;
  unit.sms = 132;
  return unit;
}

Outcome measured(const WorkUnit& unit) {
  Saturation result;
  result.model = unit.model;
  result.shape = unit.shape();
  result.jobs_per_s = 1;
  Outcome outcome;
  outcome.kind = OutcomeKind::kMeasured;
  outcome.part.saturations.push_back(result);
  outcome.part.gpu.clock_mhz_end = 1980;
  return outcome;
}

// Runs a plan against a stand-in for the workers, in a time that passes as the test says.
class SittingTest : public ::testing::Test, public UnitRunner {
 protected:
  SittingTest() {
    hooks_.elapsed_s = [this] { return now_s_; };
    hooks_.save = [this](const Profile&) {
      ++saves_;
      return save_;
    };
    hooks_.warn = [this](const std::string& message) { warnings_.push_back(message); };
    hooks_.progress = [](std::size_t, std::size_t, double, const WorkUnit&) {};
  }

  Outcome run(const WorkUnit& unit) override {
    ran_.push_back(unit.contexts);
    now_s_ += unit_s_;
    return outcome_(unit);
  }

  SittingResult sit(const std::vector<WorkUnit>& plan) {
    return run_sitting(plan, profile_, rules_, *this, hooks_);
  }

  Profile profile_;
  SittingRules rules_;
  SittingHooks hooks_;
  std::function<Outcome(const WorkUnit&)> outcome_ = measured;
  Status save_;
  double now_s_ = 0;
  double unit_s_ = 1;
  int saves_ = 0;
  std::vector<std::uint32_t> ran_;
  std::vector<std::string> warnings_;
};

TEST_F(SittingTest, MeasuresAllAndSavesAfterEach) {
  const SittingResult result = sit({saturation(1), saturation(2), saturation(4)});
  EXPECT_EQ(result.measured, 3U);
  EXPECT_EQ(saves_, 3);
  EXPECT_THAT(ran_, ElementsAre(1U, 2U, 4U));
  EXPECT_EQ(profile_.saturations.size(), 3U);
  EXPECT_EQ(profile_.gpu.clock_mhz_start, 1980);
  EXPECT_EQ(exit_code_of(result), kDone);
}

TEST_F(SittingTest, DoesNotMeasureAgainWhatIsThere) {
  ASSERT_EQ(sit({saturation(2)}).measured, 1U);
  ran_.clear();
  const SittingResult result = sit({saturation(1), saturation(2)});
  EXPECT_THAT(ran_, ElementsAre(1U));
  EXPECT_EQ(result.already, 1U);
}

TEST_F(SittingTest, BeginsNothingThatWouldEndAfterTheBudget) {
  rules_.budget_s = 25;
  rules_.reserve_s = 5;
  unit_s_ = 8;
  const SittingResult result = sit({saturation(1), saturation(2), saturation(4), saturation(8)});
  // The first takes 8 s and so tells how long the others will take: at 16 s a third one no longer fits.
  EXPECT_EQ(result.measured, 2U);
  EXPECT_EQ(result.left, 2U);
  EXPECT_LE(now_s_, 20);
  EXPECT_EQ(exit_code_of(result), kDone);
}

TEST_F(SittingTest, AFailureCostsItsUnitAlone) {
  outcome_ = [](const WorkUnit& unit) {
    return unit.contexts == 2 ? Outcome{OutcomeKind::kFailed, {}, "out of memory"} : measured(unit);
  };
  const SittingResult result = sit({saturation(1), saturation(2), saturation(4)});
  EXPECT_EQ(result.measured, 2U);
  EXPECT_EQ(result.failed, 1U);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_THAT(warnings_[0], HasSubstr("2x1"));
  EXPECT_THAT(warnings_[0], HasSubstr("out of memory"));
  EXPECT_EQ(exit_code_of(result), kCheckFailed);
}

TEST_F(SittingTest, WhatTheMachineCannotDoIsAskedOnceAndIsNoFailure) {
  outcome_ = [](const WorkUnit& unit) {
    return unit.measurement == Measurement::kTraffic
               ? Outcome{OutcomeKind::kUnavailable, {}, "NVreg_RestrictProfilingToAdminUsers=0"}
               : measured(unit);
  };
  WorkUnit traffic = saturation(1);
  traffic.measurement = Measurement::kTraffic;
  WorkUnit more = traffic;
  more.batch = 8;
  const SittingResult result = sit({traffic, more, saturation(2)});
  EXPECT_THAT(ran_, ElementsAre(1U, 2U));
  EXPECT_EQ(result.unavailable, 2U);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("NVreg_RestrictProfilingToAdminUsers=0")));
  EXPECT_EQ(exit_code_of(result), kDone);
}

TEST_F(SittingTest, InterruptionKeepsWhatWasMeasured) {
  outcome_ = [](const WorkUnit& unit) {
    return unit.contexts == 2 ? Outcome{OutcomeKind::kInterrupted, {}, ""} : measured(unit);
  };
  const SittingResult result = sit({saturation(1), saturation(2), saturation(4)});
  EXPECT_EQ(result.measured, 1U);
  EXPECT_EQ(result.left, 2U);
  EXPECT_EQ(profile_.saturations.size(), 1U);
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(exit_code_of(result), kInterrupted);
}

TEST_F(SittingTest, EndsWhereTheFileCannotBeWritten) {
  save_ = Error{"profile.json: can't write: No space left on device"};
  const SittingResult result = sit({saturation(1), saturation(2)});
  EXPECT_THAT(ran_, ElementsAre(1U));
  ASSERT_TRUE(result.save_error.has_value());
  EXPECT_THAT(*result.save_error, HasSubstr("No space left"));
  EXPECT_EQ(exit_code_of(result), kEnvironment);
}

TEST_F(SittingTest, ProgressCountsDownAndStaysWithinTheBudget) {
  rules_.budget_s = 100;
  unit_s_ = 0.5;
  std::vector<double> left;
  hooks_.progress = [&](std::size_t, std::size_t count, double left_s, const WorkUnit&) {
    EXPECT_EQ(count, 3U);
    left.push_back(left_s);
  };
  sit({saturation(1), saturation(2), saturation(4)});
  ASSERT_EQ(left.size(), 3U);
  EXPECT_GT(left[1], left[2]);
  for (const double seconds : left) EXPECT_LE(seconds, 100);
}

TEST(Pace, CorrectsEachMeasurementByWhatItTook) {
  Pace pace;
  EXPECT_EQ(pace.corrected(Measurement::kTimes, 2), 2);
  pace.record(Measurement::kTimes, 1, 3);
  pace.record(Measurement::kTimes, 3, 5);
  EXPECT_EQ(pace.corrected(Measurement::kTimes, 2), 4);
  EXPECT_EQ(pace.corrected(Measurement::kCold, 2), 2);
}

TEST(Guess, GrowsWithWorkAndShrinksWithSms) {
  WorkUnit unit;
  unit.model = "unet";
  unit.batch = 32;
  unit.sms = 8;
  const double slow = guess_seconds(unit, 132, 20);
  unit.sms = 132;
  const double fast = guess_seconds(unit, 132, 20);
  EXPECT_GT(slow, 3 * fast);
  unit.batch = 1;
  EXPECT_LT(guess_seconds(unit, 132, 20), fast);
}

TEST(ProfileName, IsTheGpusName) {
  EXPECT_EQ(profile_name("NVIDIA H100 80GB HBM3"), "h100-80gb-hbm3");
  EXPECT_EQ(profile_name("NVIDIA GeForce RTX 2080 Ti"), "geforce-rtx-2080-ti");
}

TEST(JoinCommands, NamesEachSittingOnce) {
  EXPECT_EQ(join_commands("", "a"), "a");
  EXPECT_EQ(join_commands("a", "b"), "a ; b");
  EXPECT_EQ(join_commands("a ; b", "a"), "a ; b");
  EXPECT_EQ(join_commands("a --x", "a"), "a --x ; a");
}

}  // namespace
}  // namespace daris
