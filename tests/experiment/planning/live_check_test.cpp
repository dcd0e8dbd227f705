// The check of a recommendation on another machine. The simulator stands in for it.
#include "experiment/planning/live_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/json/json.h"
#include "experiment/planning/recommendation_document.h"
#include "experiment/run_options.h"
#include "experiment/simulated/simulated_runner.h"
#include "tests/experiment/planning/other_machine.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

class LiveCheckTest : public ::testing::Test {
 protected:
  LiveCheckTest() {
    request_.config.task_set = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/cameras.json";
    request_.config.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
    request_.config.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
    request_.config.policy = "daris-batched";
    request_.config.duration = Duration::from_ns(300'000'000);
    request_.config.warmup = Duration::from_ns(100'000'000);
    request_.config.scaling.load = 6;
    request_.replications = 1;
    request_.tolerance = 0.1;
    EXPECT_TRUE(set_option(request_.config, *find_run_option("backend"), "green").ok());
    found_ = recommend(request_, simulator_, quiet_).value();
  }
  Result<LiveCheck> check() { return check_live(request_, found_, simulator_, machine_, quiet_); }

  const CapacityProgress quiet_ = [](const std::string&) {};
  RecommendationRequest request_;
  SimulatedRunner simulator_;
  testing::OtherMachine machine_;
  Recommendation found_;
};

TEST_F(LiveCheckTest, RunsThePickAndItsNeighboursInBothWorldsWithTheSameTasks) {
  const LiveCheck done = check().value();
  EXPECT_EQ(candidate_text(done.runs.front().candidate), candidate_text(found_.picked()));
  EXPECT_GE(done.runs.size(), 4U);
  for (const LiveCheckRun& run : done.runs) {
    ASSERT_TRUE(run.simulated && run.live);
    EXPECT_EQ(run.simulated->point["results"], run.live->point["results"]);
    EXPECT_NEAR(run.live->point["load_reached"].get<double>(), 6, 0.2);
  }
  EXPECT_EQ(done.provenance.gpu, "Another GPU");
  const Json document = recommendation_to_json(found_, "daris recommend", &done);
  EXPECT_EQ(document["live"]["runs"].size(), done.runs.size()) << "it keeps to its schema";
}

TEST_F(LiveCheckTest, SaysWhichNeighbourIsBetter) {
  const std::uint32_t contexts = found_.picked().shape.contexts;
  machine_.change = [&](const SettledConfig& config, Json& point) {
    Json& jobs = point["results"]["on_time_jobs_per_s"];
    if (config.contexts != contexts) jobs = 2 * jobs.get<double>();
  };
  const LiveCheck done = check().value();
  EXPECT_NE(done.best(), 0U);
  EXPECT_NE(done.runs[done.best()].candidate.shape.contexts, contexts);
  EXPECT_NEAR(done.pick_over_best(), 0.5, 0.15);
  EXPECT_THAT(live_check_text(done, 200), HasSubstr("does more in time: the pick has 0."));
}

TEST_F(LiveCheckTest, LeavesOutWhatTheMachineCannotSetUp) {
  const std::uint32_t contexts = found_.picked().shape.contexts;
  machine_.refuses = [&](const SettledConfig& config) { return config.contexts > contexts; };
  const LiveCheck done = check().value();
  bool any = false;
  for (const LiveCheckRun& run : done.runs) {
    EXPECT_EQ(run.live.has_value(), run.candidate.shape.contexts <= contexts);
    any = any || !run.live;
    if (run.live) continue;
    EXPECT_EQ(run.reason, "the GPU's memory is too small");
  }
  EXPECT_TRUE(any);
  EXPECT_TRUE(done.runs[done.best()].live);
}

TEST_F(LiveCheckTest, NeedsThePick) {
  const Shape pick = found_.picked().shape;
  machine_.refuses = [&](const SettledConfig& config) { return config.contexts == pick.contexts; };
  const Result<LiveCheck> done = check();
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("the pick can't be run: the GPU's memory is too small"));
}

TEST_F(LiveCheckTest, KnowsBeforeTheSearchThatThereIsNoGpu) {
  EXPECT_TRUE(check_can_verify(request_, machine_).ok());
  machine_.lacks = [](Backend) { return true; };
  const Status status = check_can_verify(request_, machine_);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "--verify-live: no GPU");
  EXPECT_EQ(status.error().kind, ErrorKind::kEnvironment);
  const Result<LiveCheck> done = check();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::kEnvironment) << "later, too";
}

TEST_F(LiveCheckTest, IsContentWithOneBackend) {
  request_.config.given.clear();  // any backend may be tried
  machine_.lacks = [](Backend backend) { return backend != Backend::kStreams; };
  EXPECT_TRUE(check_can_verify(request_, machine_).ok());
}

}  // namespace
}  // namespace daris
