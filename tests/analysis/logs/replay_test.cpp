#include "analysis/logs/replay.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drive/recorded_schedule.h"
#include "policy/policy.h"
#include "tests/analysis/tiny_world.h"
#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

using testing::contents;
using ::testing::HasSubstr;
using testing::run_tiny_world;
using testing::TemporaryFolder;
using testing::tiny_header;
using testing::tiny_setup;
using testing::write;

// What DARIS did in that run.
RecordedSchedule schedule_of_daris(const PolicySetup& setup) {
  const std::unique_ptr<Policy> policy = make_policy("daris", setup).value();
  ScheduleRecorder recorder(std::size_t{setup.contexts} * setup.streams);
  Observer* const observers[] = {&recorder};
  run_tiny_world(setup, *policy, 50'000, observers);
  return std::move(recorder).take();
}

// The log of a run of policy `name` in the tiny world.
std::string recorded(const std::string& name) {
  PolicySetup setup = tiny_setup();
  if (find_policy(name)->single_slot) setup.contexts = 1;
  if (find_policy(name)->whole_models) {
    for (TaskSetup& task : setup.tasks) task.stage_estimates = {Duration::from_ns(450)};
  }
  if (find_policy(name)->sizes_batches)
    setup.batch_groups.front().times.front().stages = setup.tasks.front().stage_estimates;
  if (find_policy(name)->scripted)
    setup.schedule = std::make_shared<Schedule>(schedule_of_daris(setup).schedule);
  const Result<std::unique_ptr<Policy>> policy = make_policy(name, setup);
  EXPECT_TRUE(policy.ok()) << policy.error().message;
  const TemporaryFolder folder;
  auto writer = EventLogWriter::create(folder / "log", tiny_header(setup, *policy.value(), name));
  Observer* const observers[] = {writer.value().get()};
  run_tiny_world(setup, *policy.value(), 50'000, observers);
  EXPECT_TRUE(writer.value()->close().ok());
  return contents(folder / "log");
}

Result<ReplayOutcome> replay_text(const std::string& text) {
  const TemporaryFolder folder;
  write(folder / "log", text);
  return replay(folder / "log");
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

// The text without the lines that have `what` in them.
std::string without_lines(const std::string& text, const std::string& what) {
  std::istringstream lines(text);
  std::string line;
  std::string kept;
  while (std::getline(lines, line)) {
    if (line.find(what) == std::string::npos) kept += line + "\n";
  }
  return kept;
}

TEST(Replay, EveryPolicyDecidesTheSameAgain) {
  for (const PolicyInfo& policy : policy_table()) {
    const Result<ReplayOutcome> outcome = replay_text(recorded(std::string(policy.name)));
    ASSERT_TRUE(outcome.ok()) << policy.name << ": " << outcome.error().message;
    EXPECT_FALSE(outcome.value().difference.has_value())
        << policy.name << ": " << *outcome.value().difference;
    EXPECT_GT(outcome.value().decisions, 100U) << policy.name;
    EXPECT_FALSE(outcome.value().truncated);
  }
}

TEST(Replay, TheRunIsOneWithRejections) { EXPECT_THAT(recorded("daris"), HasSubstr("\"reject_job\"")); }

TEST(Replay, AnotherDecisionIsShownBesideTheOneGiven) {
  const std::string text = recorded("daris");
  const Result<ReplayOutcome> outcome = replay_text(
      replaced(text, "\"decision\":\"launch_stage\",\"slot\":0", "\"decision\":\"launch_stage\",\"slot\":1"));
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  ASSERT_TRUE(outcome.value().difference.has_value());
  EXPECT_THAT(
      *outcome.value().difference,
      HasSubstr("log:2: step 0 at 0 ns, decision 2:\n  recorded: {\"decision\":\"launch_stage\",\"slot\":1"));
  EXPECT_THAT(*outcome.value().difference,
              HasSubstr("\n  given:    {\"decision\":\"launch_stage\",\"slot\":0"));
}

TEST(Replay, AMissingDecisionIsADifference) {
  const std::string text = recorded("daris");
  const std::size_t line = text.find("{\"step\":3,\"now_ns\":30,\"decision\"");
  ASSERT_NE(line, std::string::npos);
  std::string shorter = text;
  shorter.erase(line, text.find('\n', line) + 1 - line);
  const Result<ReplayOutcome> outcome = replay_text(shorter);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(outcome.value().difference.has_value());
}

TEST(Replay, AnotherEstimateGivesAnotherRun) {
  const std::string text =
      replaced(recorded("daris"), "\"stage_estimates_ns\":[200,250]", "\"stage_estimates_ns\":[900,900]");
  const Result<ReplayOutcome> outcome = replay_text(text);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(outcome.value().difference.has_value());
}

TEST(Replay, ALogCutOffIsReplayedUpToThere) {
  const std::string text = recorded("daris");
  for (std::size_t length = text.find('\n') + 1; length < text.size() - 1; length += 997) {
    const Result<ReplayOutcome> outcome = replay_text(text.substr(0, length));
    ASSERT_TRUE(outcome.ok()) << length << ": " << outcome.error().message;
    EXPECT_FALSE(outcome.value().difference.has_value()) << length << ": " << *outcome.value().difference;
    EXPECT_TRUE(outcome.value().truncated);
  }
}

TEST(Replay, EventsThatCannotHaveHappenedAreErrors) {
  const std::string text = recorded("daris");
  const std::string header = text.substr(0, text.find('\n') + 1);
  const Result<ReplayOutcome> finished = replay_text(header +
                                                     "{\"step\":0,\"now_ns\":1,\"event\":\"stage_finished\","
                                                     "\"slot\":1,\"execution_ns\":5}\n{\"end_ns\":2}\n");
  ASSERT_FALSE(finished.ok());
  EXPECT_THAT(finished.error().message, HasSubstr("nothing runs in slot 1"));
  const Result<ReplayOutcome> early =
      replay_text(header +
                  "{\"step\":0,\"now_ns\":1,\"event\":\"job_released\",\"task\":0,"
                  "\"ordinal\":0,\"nominal_release_ns\":5}\n{\"end_ns\":2}\n");
  ASSERT_FALSE(early.ok());
  EXPECT_THAT(early.error().message, HasSubstr("before its nominal release"));
  const Result<ReplayOutcome> skipped =
      replay_text(header +
                  "{\"step\":0,\"now_ns\":1,\"event\":\"job_released\",\"task\":0,"
                  "\"ordinal\":3,\"nominal_release_ns\":1}\n{\"end_ns\":2}\n");
  ASSERT_FALSE(skipped.ok());
  EXPECT_THAT(skipped.error().message, HasSubstr("job 3 of task 0 is released where job 0 is next"));
}

TEST(Replay, AnUnknownPolicyIsNamed) {
  const Result<ReplayOutcome> outcome =
      replay_text(replaced(recorded("daris"), "\"policy\":\"daris\",\"rep", "\"policy\":\"darix\",\"rep"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr("daris"));
}

TEST(Decide, ALogWithoutDecisionsGetsThemBack) {
  const std::string text = recorded("daris");
  const TemporaryFolder folder;
  write(folder / "bare", without_lines(text, "\"decision\""));
  std::ostringstream out;
  const Result<ReplayOutcome> outcome = decide(folder / "bare", out);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(out.str(), text);
}

}  // namespace
}  // namespace daris
