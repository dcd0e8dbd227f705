// The rules by which a shape is chosen, on outcomes that are made up.
#include "experiment/shape_ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TriedShape outcome(std::uint32_t contexts, double load, std::uint64_t lost = 0, double miss_rate = 0) {
  TriedShape tried;
  tried.shape.contexts = contexts;
  tried.on_time_load = load;
  tried.level0_released = 1000;
  tried.level0_lost = lost;
  tried.miss_rate_max = miss_rate;
  return tried;
}

using Outcomes = std::vector<TriedShape>;

TEST(ShapeRanking, TakesTheMostLoadInTime) {
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0), outcome(2, 1.2), outcome(4, 1.1)}), 1U);
}

TEST(ShapeRanking, LosesNoJobOfLevel0ForMoreLoad) {
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0), outcome(2, 2.0, 1)}), 0U);
}

TEST(ShapeRanking, LosesAFewMoreJobsOfLevel0IfEveryShapeLosesSome) {
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0, 100), outcome(2, 2.0, 105)}), 1U);
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0, 100), outcome(2, 2.0, 106)}), 0U);
}

TEST(ShapeRanking, KeepsWhatItAdmitsForLessLoad) {
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0, 0, 0.01), outcome(2, 2.0, 0, 0.011)}), 0U);
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0, 0, 0), outcome(2, 2.0, 0, 0.01)}), 1U);
}

TEST(ShapeRanking, TakesLoadAmongShapesThatMissAlikeIfAllMissMuch) {
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0, 0, 0.300), outcome(2, 2.0, 0, 0.304)}), 1U);
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0, 0, 0.300), outcome(2, 2.0, 0, 0.306)}), 0U);
}

TEST(ShapeRanking, PutsLevel0BeforeTheOtherLevels) {
  EXPECT_EQ(best_shape(Outcomes{outcome(1, 1.0, 0, 0.5), outcome(2, 2.0, 3, 0)}), 0U);
}

TEST(ShapeRanking, TakesFewerSlotsForAsMuchLoad) {
  EXPECT_EQ(best_shape(Outcomes{outcome(8, 1.000), outcome(2, 0.996), outcome(1, 0.994)}), 1U);
}

TEST(ShapeRanking, TakesLessOversubscriptionAndThenTheFirst) {
  Outcomes tried{outcome(8, 1), outcome(8, 1), outcome(8, 1)};
  tried[0].shape.oversubscription_milli = 2000;
  EXPECT_EQ(best_shape(tried), 1U);
}

TEST(ShapeRanking, CountsStreamsAsSlots) {
  Outcomes tried{outcome(4, 1), outcome(6, 1)};
  tried[0].shape.streams = 2;
  EXPECT_EQ(best_shape(tried), 1U);
}

TEST(ShapeRanking, FindsTheBestFewInOrder) {
  const Outcomes tried{outcome(1, 1.0), outcome(2, 3.0, 1), outcome(3, 1.2), outcome(4, 1.1)};
  EXPECT_THAT(best_shapes(tried, 3, best_shape), ElementsAre(2, 3, 0));
  EXPECT_THAT(best_shapes(tried, 9, best_shape), ElementsAre(2, 3, 0, 1));
}

TEST(ShapeRanking, TakesAnotherObjective) {
  const ShapeObjective last = [](std::span<const TriedShape> tried) { return tried.size() - 1; };
  EXPECT_THAT(best_shapes(Outcomes{outcome(1, 1), outcome(2, 1), outcome(3, 1)}, 2, last), ElementsAre(2, 1));
}

TEST(ShapeRanking, SaysWhatDecided) {
  const auto reason = [](const Outcomes& tried) { return reason_of(tried, best_shape(tried), best_shape); };
  EXPECT_THAT(reason({outcome(1, 1)}), HasSubstr("only shape"));
  EXPECT_EQ(reason({outcome(1, 1), outcome(2, 2, 7)}),
            "fewest level-0 jobs missed or rejected: 0, beside 7 with 2 x 1 OS 1");
  EXPECT_EQ(reason({outcome(1, 1), outcome(2, 2, 0, 0.25)}),
            "fewest misses of the admitted: 0.00%, beside 25.00% with 2 x 1 OS 1");
  EXPECT_EQ(reason({outcome(1, 1), outcome(2, 2)}), "most load in time: 2.000, beside 1.000 with 1 x 1 OS 1");
  EXPECT_EQ(reason({outcome(1, 0.999), outcome(2, 1)}),
            "as much load in time with fewer slots: 0.999, beside 1.000 with 2 x 1 OS 1");
}

TriedShape with_p99(TriedShape tried, std::int64_t p99_ms) {
  tried.level0_p99 = Duration::from_ns(p99_ms * 1'000'000);
  return tried;
}

TEST(ShapeRanking, ForLatencyTakesTheQuickestWithNineTenthsOfTheLoad) {
  EXPECT_EQ(quickest_shape(Outcomes{with_p99(outcome(1, 1.00), 9), with_p99(outcome(2, 0.90), 3),
                                    with_p99(outcome(3, 0.89), 1)}),
            1U);
}

TEST(ShapeRanking, ForLatencyTakesLoadAmongThoseAsQuick) {
  EXPECT_EQ(quickest_shape(Outcomes{with_p99(outcome(1, 0.95), 1000), with_p99(outcome(2, 1.0), 1010),
                                    with_p99(outcome(3, 1.05), 1011)}),
            1U);
}

TEST(ShapeRanking, ForLatencyLosesNoJobAndKeepsItsWordFirst) {
  EXPECT_EQ(quickest_shape(Outcomes{with_p99(outcome(1, 1), 9), with_p99(outcome(2, 1, 1), 1),
                                    with_p99(outcome(3, 1, 0, 0.5), 1)}),
            0U);
}

TEST(ShapeRanking, ForLatencyAShapeWithoutAJobOfLevel0IsLast) {
  EXPECT_EQ(quickest_shape(Outcomes{outcome(1, 1), with_p99(outcome(2, 0.95), 9)}), 1U);
  EXPECT_EQ(quickest_shape(Outcomes{outcome(1, 0.95), outcome(2, 1)}), 1U) << "and else load decides";
}

TEST(ShapeRanking, ForLatencySaysWhatDecided) {
  const Outcomes tried{with_p99(outcome(1, 1.0), 9), with_p99(outcome(2, 0.95), 3)};
  EXPECT_EQ(
      reason_of(tried, quickest_shape(tried), quickest_shape, ShapeGoal::kLatency),
      "least p99 of level 0 at 90% of the load: 3.000 ms at load 0.950, beside 9.000 ms at load 1.000 with "
      "1 x 1 OS 1");
}

}  // namespace
}  // namespace daris
