// `daris sim --power`: the energy of simulated jobs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

class Power : public ProgramTest {
 protected:
  // A model that has `model` alone.
  [[nodiscard]] std::string write_model(const std::string& model) const {
    return write("power.json", R"({"schema": "daris.power-model", "version": 1, "name": "mine", "gpu": "G",
        "command": "by hand", "limit_w": 700, "static_w": 50, "busy_w": 10, "networks": [{"model": ")" +
                                   model + R"(", "precision": "tf32", "input_j": 0.01, "launch_j": 0.02}]})");
  }
};

TEST_F(Power, PredictsTheEnergyFromWhatTheRunDid) {
  const ProgramResult plain = simulate({"--contexts", "4", "--streams", "2"});
  const ProgramResult run =
      simulate({"--contexts", "4", "--streams", "2", "--power", write_model("resnet18")});
  ASSERT_EQ(run.exit_code, 0) << run.messages;
  const Json without = point_of(plain.output);
  const Json point = point_of(run.output);
  const Json& results = point["results"];
  EXPECT_TRUE(without["results"]["energy_j_per_job"].is_null());
  EXPECT_NE(point["id"], without["id"]);
  const double jobs = results["throughput_jobs_per_s"].get<double>();
  const double power =
      50 + 10 * std::sqrt(8 * results["slot_utilization"].get<double>()) + jobs * (0.01 + 0.02);
  EXPECT_NEAR(results["energy_j_per_job"].get<double>(), power / jobs, 1e-3 * power / jobs);
  Json same = results;
  same["energy_j_per_job"] = nullptr;
  EXPECT_EQ(same, without["results"]) << "nothing else changed";
  EXPECT_THAT(point["warnings"].dump(), HasSubstr("the power model was fitted on another GPU (G)"));
}

// A launch has some inputs then, and each launch costs.
TEST_F(Power, KnowsThatBatchesShareLaunches) {
  const std::string model = write_model("resnet18");
  const auto per_job = [&](const std::string& limit) {
    const ProgramResult run =
        simulate({"--policy", "batching", "--batch-limit", limit, "--load", "1.5", "--power", model});
    const Json results = point_of(run.output)["results"];
    const double jobs = results["throughput_jobs_per_s"].get<double>();
    const double slots = std::sqrt(results["slot_utilization"].get<double>());
    return results["energy_j_per_job"].get<double>() - (50 + 10 * slots) / jobs;
  };
  EXPECT_NEAR(per_job("1"), 0.03, 0.0005);
  EXPECT_NEAR(per_job("4"), 0.01 + 0.02 / 4, 0.001);
}

TEST_F(Power, SaysWhichNetworkItDoesNotKnow) {
  const Json point = point_of(simulate({"--power", write_model("unet")}).output);
  EXPECT_TRUE(point["results"]["energy_j_per_job"].is_null());
  EXPECT_THAT(point["warnings"].dump(), HasSubstr("has no energy of resnet18 in tf32"));
}

TEST_F(Power, IsBundledForTwoGpus) {
  for (const char* const name : {"h100-80gb-hbm3", "h200"})
    EXPECT_TRUE(point_of(simulate({"--power", name}).output)["results"]["energy_j_per_job"].is_number());
  EXPECT_EQ(simulate({"--power", "h300"}).exit_code, 2);
}

}  // namespace
}  // namespace daris
