// Processes that only pretend to have a GPU, under a shell script in the place of MPS.
#include "runtime/rivals/rival_fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/time.h"
#include "runtime/mps/monotonic_ns.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/gpu/fake_mps_control.h"
#include "tests/runtime/mps/children.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

LoopPlan plan() {
  const std::int64_t begin_ns = monotonic_ns() + 20 * kNsPerMs;
  return {begin_ns, begin_ns + 20 * kNsPerMs, begin_ns + 120 * kNsPerMs, 10 * kNsPerMs};
}

class RivalFleetTest : public ::testing::Test {
 protected:
  RivalFleetRequest request(const std::string& wrong = "") {
    RivalFleetRequest request;
    request.client = {DARIS_FAKE_CLIENT, (folder_ / "told").string(), wrong};
    return request;
  }
  std::string told() { return testing::contents(folder_ / "told"); }

  testing::TemporaryFolder folder_;
  testing::FakeMpsControl control_{folder_ / "."};
};

TEST_F(RivalFleetTest, OneIsUrgentAndTheOthersAreBelowNormal) {
  {
    RivalFleet fleet = RivalFleet::start(request()).value();
    ASSERT_TRUE(fleet.grow_to(1).ok());
    ASSERT_TRUE(fleet.grow_to(3).ok());
    EXPECT_TRUE(fleet.under_mps());
    EXPECT_THAT(fleet.networks(), ElementsAre("resnet18", "resnet50", "resnet18"));
    const std::vector<LoopResult> results = fleet.run(plan()).value();
    ASSERT_EQ(results.size(), 4U);
    EXPECT_EQ(results[0].responses_ns.size(), 10U);
    for (std::size_t client = 1; client < results.size(); ++client) {
      EXPECT_THAT(results[client].responses_ns, IsEmpty());
      EXPECT_GT(results[client].jobs, 0U);
    }
  }
  EXPECT_EQ(told(),
            "resnet18 high client 0\nresnet18 low client 1\nresnet50 low client 1\n"
            "resnet18 low client 1\n");
  EXPECT_THAT(testing::children_that_run(DARIS_FAKE_CLIENT), IsEmpty());
}

TEST_F(RivalFleetTest, WithoutPrioritiesAllAreEqual) {
  RivalFleetRequest equal = request();
  equal.priorities = false;
  RivalFleet fleet = RivalFleet::start(equal).value();
  ASSERT_TRUE(fleet.grow_to(1).ok());
  EXPECT_EQ(told(), "resnet18 low client 0\nresnet18 low client 0\n");
}

TEST_F(RivalFleetTest, AnErrorNamesTheProcess) {
  EXPECT_EQ(RivalFleet::start(request("resnet18")).error().message, "the urgent process: out of memory");
  RivalFleet fleet = RivalFleet::start(request("resnet50")).value();
  const Status grown = fleet.grow_to(2);
  ASSERT_FALSE(grown.ok());
  EXPECT_EQ(grown.error().message, "best-effort process 2: out of memory");
}

TEST_F(RivalFleetTest, SeesThatAProcessDied) {
  RivalFleet fleet = RivalFleet::start(request("die")).value();
  const auto results = fleet.run(plan());
  ASSERT_FALSE(results.ok());
  EXPECT_EQ(results.error().message, "the urgent process ended: exit status 7");
}

}  // namespace
}  // namespace daris
