#include "sim/stage_progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/sim/test_random.h"

namespace daris {
namespace {

// One slot, in the words of the header.
struct PlainSlot {
  bool runs = false;
  double remaining_ns = 0;
  double slowdown = std::numeric_limits<double>::infinity();
  Time updated;
  Time end;

  void advance(Time now, double after) {
    if (!runs || after == slowdown) return;
    remaining_ns -= static_cast<double>((now - updated).ns()) / slowdown;
    updated = now;
    slowdown = after;
    const auto left_ns = static_cast<std::int64_t>(remaining_ns * slowdown + 0.5);
    end = now + Duration::from_ns(std::max<std::int64_t>(left_ns, 1));
  }
};

TEST(StageProgress, EndsAStageAloneAfterItsTimeAlone) {
  StageProgress progress(1);
  progress.begin(0, 1000.4, Time::from_ns(50));
  const std::vector<double> slowdowns(2, 1.0);
  progress.advance(Time::from_ns(50), slowdowns.data());
  EXPECT_EQ(progress.ends_ns()[0], 1050.0);
  EXPECT_EQ(progress.marks()[0], ~std::uint64_t{0});
  EXPECT_EQ(progress.marks()[1], 0U);
}

TEST(StageProgress, NeverEndsAStageBeforeTheNextNanosecond) {
  StageProgress progress(1);
  progress.begin(0, 0.1, Time::from_ns(50));
  const std::vector<double> slowdowns(2, 1.0);
  progress.advance(Time::from_ns(50), slowdowns.data());
  EXPECT_EQ(progress.ends_ns()[0], 51.0);
}

TEST(StageProgress, AgreesWithThePlainRuleOnRandomRuns) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    TestRandom random(seed);
    const std::uint32_t slots = 1 + random.below(7);
    StageProgress progress(slots);
    std::vector<PlainSlot> plain(slots);
    std::vector<double> slowdowns(lanes::padded(slots), 1.0);
    Time now;
    for (int change = 0; change < 500; ++change) {
      now = now + Duration::from_ns(random.below(2000));
      const std::uint32_t slot = random.below(slots);
      if (plain[slot].runs) {
        progress.end(slot);
        plain[slot] = {};
      } else {
        const double alone_ns = 1 + random.below(1'000'000) / 7.0;
        progress.begin(slot, alone_ns, now);
        plain[slot] = {true, alone_ns, std::numeric_limits<double>::infinity(), now, now};
      }
      for (double& slowdown : slowdowns) slowdown = 1 + random.below(4) / 3.0;
      progress.advance(now, slowdowns.data());
      for (std::uint32_t i = 0; i < slots; ++i) {
        plain[i].advance(now, slowdowns[i]);
        ASSERT_EQ(progress.marks()[i] != 0, plain[i].runs);
        if (!plain[i].runs) continue;
        ASSERT_EQ(progress.ends_ns()[i], static_cast<double>(plain[i].end.ns())) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace daris
