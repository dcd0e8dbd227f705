#include "sim/stage_footprint.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

BatchProfile batch_of(std::uint32_t batch, std::vector<StageTraffic> traffic,
                      const std::vector<std::size_t>& kernels) {
  BatchProfile profile;
  profile.batch = batch;
  if (!traffic.empty()) profile.traffic = std::move(traffic);
  if (kernels.empty()) return profile;
  profile.kernels.emplace();
  for (const std::size_t count : kernels) profile.kernels->emplace_back(count);
  return profile;
}

ModelProfile model_of(std::vector<BatchProfile> batches) {
  ModelProfile model;
  model.stages.resize(2);
  model.batches = std::move(batches);
  return model;
}

TEST(StageFootprint, IsTheMeasuredOneWhereThereIsOne) {
  const ModelProfile model = model_of(
      {batch_of(1, {{5, 5, 100}, {5, 5, 40}}, {3, 4}), batch_of(8, {{0, 0, 800}, {0, 0, 80}}, {5, 6})});
  const auto stages = stage_footprints(model, 8, true);
  ASSERT_EQ(stages.size(), 2U);
  EXPECT_EQ(stages[0].l2_bytes, 800);
  EXPECT_EQ(stages[1].kernels, 6);
  const auto whole = stage_footprints(model, 1, false);
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_EQ(whole[0].l2_bytes, 140);
  EXPECT_EQ(whole[0].kernels, 7);
}

TEST(StageFootprint, OfABatchBetweenOrBeyondLiesOnALine) {
  const ModelProfile model = model_of({batch_of(1, {{0, 0, 100}, {0, 0, 40}}, {3, 4}), batch_of(2, {}, {}),
                                       batch_of(5, {{0, 0, 500}, {0, 0, 20}}, {5, 6})});
  EXPECT_EQ(stage_footprints(model, 2, true)[0].l2_bytes, 200);
  EXPECT_EQ(stage_footprints(model, 2, true)[1].l2_bytes, 35);
  EXPECT_EQ(stage_footprints(model, 2, true)[0].kernels, 3);
  EXPECT_EQ(stage_footprints(model, 10, true)[0].l2_bytes, 1000);
  EXPECT_EQ(stage_footprints(model, 10, true)[0].kernels, 5);
  EXPECT_EQ(stage_footprints(model, 32, true)[1].l2_bytes, 0);  // the line falls below 0 there
}

TEST(StageFootprint, GrowsWithTheBatchWhereOneWasMeasured) {
  const ModelProfile model = model_of({batch_of(2, {{0, 0, 100}, {0, 0, 40}}, {3, 4})});
  EXPECT_EQ(stage_footprints(model, 4, true)[0].l2_bytes, 200);
  EXPECT_EQ(stage_footprints(model, 1, true)[1].l2_bytes, 20);
}

TEST(StageFootprint, IsNothingWhereNothingWasMeasured) {
  const auto stages = stage_footprints(model_of({batch_of(1, {}, {})}), 1, true);
  EXPECT_EQ(stages[0].l2_bytes, 0);
  EXPECT_EQ(stages[1].kernels, 0);
}

}  // namespace
}  // namespace daris
