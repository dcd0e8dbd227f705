#include "experiment/validation/cause.h"

#include <gtest/gtest.h>

#include "experiment/validation/live_point.h"
#include "tests/experiment/validation/sample_pair.h"

namespace daris {
namespace {

// Two slots, all of the time busy.
Json busy_point(std::uint64_t jobs, double busy, double slowdown) {
  Json point = testing::point_with(jobs);
  point["results"]["slot_utilization"] = busy;
  point["results"]["stage_slowdown"]["mean"] = slowdown;
  return point;
}

std::string cause(const Json& live, const Json& simulated) {
  const std::optional<ErrorCause> found = cause_of_error(live, simulated);
  return found ? found->name : "none";
}

TEST(Cause, ContentionIfStagesSlowDownLess) {
  EXPECT_EQ(cause(busy_point(1000, 1, 2), busy_point(1250, 1, 1.6)), "contention");
}

TEST(Cause, TimesAloneIfTheSlowdownIsRight) {
  EXPECT_EQ(cause(busy_point(1000, 1, 2), busy_point(1250, 1, 2)), "times alone");
}

TEST(Cause, QueueingIfSlotsStandIdle) {
  EXPECT_EQ(cause(busy_point(1000, 1, 2), busy_point(900, 0.9, 2)), "queueing");
}

TEST(Cause, DecisionsIfJobsAreTurnedAwayThough) {
  Json simulated = busy_point(900, 0.9, 2);
  simulated["results"]["levels"][0]["rejected"] = 100;
  simulated["results"]["levels"][0]["released"] = 1000;
  EXPECT_EQ(cause(busy_point(1000, 1, 2), simulated), "decisions");
}

TEST(Cause, BatchesIfALaunchHoldsMoreJobs) {
  Json simulated = busy_point(1250, 1, 2);
  simulated["results"]["stages_finished"] = 1000;
  EXPECT_EQ(cause(busy_point(1000, 1, 2), simulated), "batches");
}

// Its contexts have a stream each. The same figures are of twice the slots then.
TEST(Cause, IsFoundForPartitionsToo) {
  Json live = busy_point(1000, 1, 2);
  for (const char* const key : {"contexts", "streams", "oversubscription"}) live["config"].erase(key);
  live["config"]["partition"] = "kept-3-8.json";
  live["granted_sms"] = {32, 32, 100, 100};
  EXPECT_EQ(cause(live, busy_point(1250, 1, 1.6)), "times alone");
  EXPECT_EQ(shape_of(live), "green kept-3-8");
}

TEST(Cause, NoneWithoutAnErrorOrWithoutStages) {
  EXPECT_EQ(cause(busy_point(1000, 1, 2), busy_point(1000, 1, 2)), "none");
  EXPECT_EQ(cause(busy_point(0, 1, 2), busy_point(1000, 1, 2)), "none");
}

}  // namespace
}  // namespace daris
