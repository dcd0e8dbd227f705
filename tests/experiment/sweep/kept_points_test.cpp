#include "experiment/sweep/kept_points.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/json/json.h"
#include "experiment/point_run.h"
#include "experiment/simulated/simulated_runner.h"
#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

class KeptPointsTest : public ::testing::Test {
 protected:
  KeptPointsTest() {
    RunConfig config;
    config.task_set = DARIS_SOURCES "/tests/cli/data/cameras.json";
    config.profile = DARIS_SOURCES "/tests/data/synthetic_profile.json";
    config.model = DARIS_SOURCES "/tests/cli/data/contention.json";
    config.contexts = 4;
    config.duration = Duration::from_ns(100'000'000);
    config.warmup = Duration::from_ns(10'000'000);
    point_ = runner_.settle(config).value();
    result_ = *runner_.run(point_, 1, [] { return false; }).value().point;
  }

  const testing::TemporaryFolder folder_;
  const KeptPoints kept_{folder_ / "runs", "daris capacity --live"};
  SimulatedRunner runner_;
  Point point_;
  Json result_;
};

TEST_F(KeptPointsTest, GivesBackWhatItKept) {
  EXPECT_EQ(kept_.find(point_.id), std::nullopt);
  ASSERT_TRUE(kept_.keep(runner_, point_, result_).ok());
  EXPECT_EQ(kept_.find(point_.id), result_);
  EXPECT_EQ(kept_.find("0123456789abcdef"), std::nullopt);
}

TEST_F(KeptPointsTest, TakesNoBrokenFile) {
  ASSERT_TRUE(kept_.keep(runner_, point_, result_).ok());
  const std::filesystem::path file = folder_ / "runs" / "points" / (point_.id + ".json");
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  EXPECT_EQ(kept_.find(point_.id), std::nullopt);
}

}  // namespace
}  // namespace daris
