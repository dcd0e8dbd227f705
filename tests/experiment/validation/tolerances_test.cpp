#include "experiment/validation/tolerances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "experiment/validation/validation_json.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FigureSummary summary(const std::string& figure, std::optional<std::uint32_t> level, double mean,
                      double bias) {
  FigureSummary made;
  made.figure = figure;
  made.level = level;
  made.points = 10;
  made.mean = made.p50 = mean;
  made.p90 = made.largest = 2 * mean;
  made.bias = bias;
  return made;
}

Validation with(std::vector<FigureSummary> summaries) {
  Validation validation;
  validation.summary = std::move(summaries);
  return validation;
}

std::string written(const std::string& text) {
  std::string file = ::testing::TempDir() + "tolerances.json";
  std::ofstream(file) << text;
  return file;
}

Result<Tolerances> read(const std::string& rest) {
  return read_tolerances(written(R"({"schema": "daris.tolerances", "version": 1, )" + rest + "}"));
}

TEST(ToleranceFiles, HaveLimitsOfFigures) {
  const Result<Tolerances> tolerances = read(
      R"("coverage_min": 0.5, "limits": [{"figure": "response_p99_ms", "level": 0, "mean": 0.06, "bias": null}])");
  ASSERT_TRUE(tolerances.ok()) << tolerances.error().message;
  EXPECT_EQ(tolerances.value().coverage_min, 0.5);
  EXPECT_EQ(tolerances.value().limits.front().level, 0U);
  EXPECT_EQ(tolerances.value().limits.front().mean, 0.06);
  EXPECT_FALSE(tolerances.value().limits.front().bias);
}

TEST(ToleranceFiles, AreRefusedAsTheSchemaRefusesThem) {
  const Json schema = Json::parse(schema_text("daris.tolerances"));
  for (const std::string rest :
       {R"("limits": [{"figure": "throughput"}])", R"("limits": [{"mean": 1}])",
        R"("limits": [{"figure": "loss_rate", "mean": -1}])", R"("limits": [], "coverage_min": 2)",
        R"("limits": [{"figure": "loss_rate", "level": -1}])", R"("more": 1, "limits": [])"}) {
    EXPECT_FALSE(read(rest).ok()) << rest;
    const Json document = Json::parse(R"({"schema": "daris.tolerances", "version": 1, )" + rest + "}");
    EXPECT_FALSE(validate_document(schema, document, "it").ok()) << rest;
  }
  EXPECT_THAT(read(R"("limits": [{"figure": "throughput_jobs_s"}])").error().message,
              HasSubstr("throughput_jobs_per_s"));
}

TEST(Tolerances, NameWhatIsPastThem) {
  const Validation validation =
      with({summary("throughput_jobs_per_s", {}, 0.04, -0.03), summary("loss_rate", 1, 0.01, 0)});
  Tolerances tolerances;
  tolerances.limits = {{"throughput_jobs_per_s", {}, 0.05, 0.08, 0.09, 0.02}};
  EXPECT_THAT(past_tolerances(validation, tolerances),
              ElementsAre("throughput_jobs_per_s: bias 3.00% is above 2.00%"));
  tolerances.limits = {{"loss_rate", {}, 0.005, {}, {}, {}}};
  EXPECT_THAT(past_tolerances(validation, tolerances),
              ElementsAre("loss_rate of level 1: mean 1.00% is above 0.50%"));
  tolerances.limits = {{"loss_rate", 0, 0.005, {}, {}, {}}};
  EXPECT_THAT(past_tolerances(validation, tolerances), ElementsAre(HasSubstr("no point has an error")));
}

TEST(Tolerances, CountTheCoverage) {
  Validation validation;
  const LivePoint live;
  validation.points.resize(1);
  validation.uncovered.resize(1);
  Tolerances tolerances;
  tolerances.coverage_min = 0.5;
  EXPECT_THAT(past_tolerances(validation, tolerances), IsEmpty());
  tolerances.coverage_min = 0.51;
  EXPECT_THAT(past_tolerances(validation, tolerances), ElementsAre(HasSubstr("coverage: 1 of 2")));
}

TEST(Baseline, FailsIfAFigureIsWorseByMoreThanATenth) {
  const Json before = validation_to_json(with({summary("throughput_jobs_per_s", {}, 0.05, 0.01)}), "", true);
  EXPECT_THAT(worse_than(with({summary("throughput_jobs_per_s", {}, 0.0549, -0.0105)}), before), IsEmpty());
  EXPECT_THAT(worse_than(with({summary("throughput_jobs_per_s", {}, 0.05, -0.02)}), before),
              ElementsAre("throughput_jobs_per_s: bias was 1.00%, and is 2.00%"));
  EXPECT_EQ(worse_than(with({summary("throughput_jobs_per_s", {}, 0.056, 0)}), before).size(), 3U);
  EXPECT_THAT(worse_than(with({}), before), ElementsAre(HasSubstr("no point has an error to compare")));
}

TEST(Baseline, ToleratesGrowthThatNobodySees) {
  const Json before = validation_to_json(with({summary("loss_rate", 0, 0, 0)}), "", true);
  EXPECT_THAT(worse_than(with({summary("loss_rate", 0, 0.0004, 0)}), before), IsEmpty());
  EXPECT_FALSE(worse_than(with({summary("loss_rate", 0, 0.002, 0)}), before).empty());
}

}  // namespace
}  // namespace daris
