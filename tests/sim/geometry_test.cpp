#include "sim/geometry.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "profiles/partition.h"

namespace daris {
namespace {

std::vector<ContextGrant> grants_of(Backend backend, std::uint32_t contexts,
                                    std::uint32_t oversubscription_milli) {
  const auto grants = make_partition(MachineShape(), {backend, contexts, 1, oversubscription_milli});
  EXPECT_TRUE(grants.ok());
  return grants.value();
}

Geometry geometry_of(Backend backend, std::uint32_t contexts, std::uint32_t oversubscription_milli) {
  return make_geometry(MachineShape(), backend, grants_of(backend, contexts, oversubscription_milli));
}

// The demand of `other` on the SMs of `context` if `other` keeps all its SMs busy.
double overlap(const Geometry& geometry, std::size_t context, std::size_t other) {
  double sum = 0;
  for (std::size_t region = 0; region < geometry.regions; ++region) {
    sum += geometry.window[context * geometry.regions + region] *
           geometry.spread[other * geometry.regions + region];
  }
  return sum;
}

TEST(Geometry, GreenContextsAtOversubscriptionOneAreDisjoint) {
  const Geometry geometry = geometry_of(Backend::kGreen, 4, 1000);
  for (std::size_t context = 0; context < 4; ++context) {
    for (std::size_t other = 0; other < 4; ++other)
      EXPECT_EQ(overlap(geometry, context, other), context == other ? 1 : 0);
  }
}

TEST(Geometry, GreenWindowsOverlapByTheirGroups) {
  // 8 contexts at OS 2: windows of 4 groups that start at floor(k * 15 / 8) = 0, 1, 3, 5, 7, 9, 11, 13.
  const Geometry geometry = geometry_of(Backend::kGreen, 8, 2000);
  EXPECT_NEAR(overlap(geometry, 0, 1), 0.75, kSpreadQuantum);  // groups 0-3 and 1-4
  EXPECT_NEAR(overlap(geometry, 0, 2), 0.25, kSpreadQuantum);  // 3-6
  EXPECT_NEAR(overlap(geometry, 0, 3), 0, kSpreadQuantum);     // 5-8
  EXPECT_NEAR(overlap(geometry, 0, 7), 0.5, kSpreadQuantum);   // 13, 14, 0, 1: wraps around
}

TEST(Geometry, GreenWindowsOfAllGroupsSeeTheSmsLeftOverToo) {
  const Geometry geometry = geometry_of(Backend::kGreen, 3, 3000);
  EXPECT_EQ(geometry.regions, 1U);
  EXPECT_EQ(overlap(geometry, 0, 2), 1);
}

TEST(Geometry, MpsClientsOverlapAsLittleAsTheirGrantsLetThem) {
  const std::vector<ContextGrant> grants = grants_of(Backend::kMps, 4, 2000);
  const Geometry geometry = make_geometry(MachineShape(), Backend::kMps, grants);
  EXPECT_EQ(overlap(geometry, 1, 1), 1);
  EXPECT_NEAR(overlap(geometry, 1, 2), (4 * grants[2].granted_sms / 132.0 - 1) / 3, kSpreadQuantum);
  EXPECT_EQ(overlap(geometry_of(Backend::kMps, 4, 1000), 0, 3), 0);
}

TEST(Geometry, StreamsShareOnePool) {
  const Geometry geometry = geometry_of(Backend::kStreams, 8, 8000);
  EXPECT_EQ(geometry.regions, 1U);
  EXPECT_EQ(overlap(geometry, 3, 5), 1);
}

TEST(Geometry, EveryWindowSumsToOneExactly) {
  for (std::uint32_t contexts = 1; contexts <= 15; ++contexts) {
    for (std::uint32_t milli = 1000; milli <= contexts * 1000; milli += 250) {
      for (const Backend backend : {Backend::kGreen, Backend::kMps}) {
        const Geometry geometry = geometry_of(backend, contexts, milli);
        for (std::size_t context = 0; context < contexts; ++context) {
          const auto first =
              geometry.window.begin() + static_cast<std::ptrdiff_t>(context * geometry.regions);
          ASSERT_EQ(std::accumulate(first, first + geometry.regions, 0.0), 1.0)
              << contexts << " at " << milli;
        }
      }
    }
  }
}

TEST(Quantum, RoundsToMultiplesAndKeepsWhatIsAboveZeroAboveZero) {
  EXPECT_EQ(to_quantum(0.5, 0.25), 0.5);
  EXPECT_EQ(to_quantum(0.6, 0.25), 0.5);
  EXPECT_EQ(to_quantum(1e-9, 0.25), 0.25);
  EXPECT_EQ(to_quantum(0, 0.25), 0);
  EXPECT_EQ(to_quantum(-1, 0.25), 0);
}

}  // namespace
}  // namespace daris
