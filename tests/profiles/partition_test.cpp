#include "profiles/partition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace daris {
namespace {

constexpr MachineShape kHopper;  // 132 SMs, 15 groups of 8
constexpr MachineShape kTuring = {68, 0, 0};

std::vector<ContextGrant> cut(const MachineShape& machine, const Shape& shape,
                              IsolatedRounding rounding = IsolatedRounding::kDown) {
  const Result<std::vector<ContextGrant>> grants = make_partition(machine, shape, rounding);
  EXPECT_TRUE(grants.ok()) << grants.error().message;
  return grants.ok() ? grants.value() : std::vector<ContextGrant>();
}

std::string error_of(const MachineShape& machine, const Shape& shape) {
  const Result<std::vector<ContextGrant>> grants = make_partition(machine, shape);
  return grants.ok() ? "no error" : grants.error().message;
}

std::set<std::uint32_t> groups_of(const ContextGrant& grant) {
  std::set<std::uint32_t> groups;
  for (std::uint32_t i = 0; i < grant.groups; ++i) groups.insert((grant.first_group + i) % kHopper.groups);
  return groups;
}

TEST(Partition, GreenContextsAreDisjointWithoutOversubscription) {
  for (std::uint32_t contexts = 1; contexts <= 15; ++contexts) {
    std::set<std::uint32_t> seen;
    std::size_t total = 0;
    std::uint32_t sms = 0;
    for (const ContextGrant& grant : cut(kHopper, {Backend::kGreen, contexts, 1, 1000})) {
      const std::set<std::uint32_t> groups = groups_of(grant);
      seen.insert(groups.begin(), groups.end());
      total += groups.size();
      sms += grant.granted_sms;
    }
    EXPECT_EQ(seen.size(), total) << contexts;
    EXPECT_LE(sms, kHopper.sms) << contexts;
  }
}

TEST(Partition, MpsGrantsAddUpToAtMostTheMachineWithoutOversubscription) {
  for (const MachineShape& machine : {kHopper, kTuring, MachineShape{64, 8, 8}, MachineShape{7, 0, 0}})
    for (std::uint32_t contexts = 1; contexts <= machine.sms / 4; ++contexts) {
      const Shape shape = {Backend::kMps, contexts, 1, 1000};
      if (!make_partition(machine, shape).ok()) continue;
      const std::vector<ContextGrant> grants = cut(machine, shape);
      EXPECT_LE(grants[0].granted_sms * contexts, machine.sms) << machine.sms << " SMs, " << contexts;
      EXPECT_LE(grants[0].granted_sms, grants[0].requested_sms);
    }
}

TEST(Partition, MpsGrantsAtLeastWhatIsAskedForWithOversubscription) {
  for (std::uint32_t contexts = 2; contexts <= 15; ++contexts)
    for (std::uint32_t milli = 1001; milli <= 1000 * contexts; milli += 37) {
      const ContextGrant grant = cut(kHopper, {Backend::kMps, contexts, 1, milli})[0];
      EXPECT_GE(grant.granted_sms, grant.requested_sms);
      EXPECT_LT(mps_granted_sms(kHopper, grant.mps_percentage - 1), grant.requested_sms);
    }
}

TEST(Partition, GreenWindowsCoverEveryGroupWithOversubscription) {
  for (std::uint32_t contexts = 1; contexts <= 15; ++contexts)
    for (std::uint32_t milli = 1000; milli <= 1000 * contexts; milli += 250) {
      if (milli == 1000) continue;  // side by side, rounding down may leave groups unused
      std::set<std::uint32_t> seen;
      const std::vector<ContextGrant> grants = cut(kHopper, {Backend::kGreen, contexts, 1, milli});
      for (const ContextGrant& grant : grants) seen.merge(groups_of(grant));
      // Windows begin at most ceil(G / Nc) groups apart, so that one of that width leaves no gap.
      if (grants[0].groups >= (15 + contexts - 1) / contexts) {
        EXPECT_EQ(seen.size(), 15U) << contexts << " " << milli;
      }
    }
}

TEST(Partition, MoreOversubscriptionNeverGrantsLess) {
  for (const Backend backend : {Backend::kGreen, Backend::kMps})
    for (std::uint32_t contexts = 1; contexts <= 15; ++contexts) {
      std::uint32_t before = 0;
      for (std::uint32_t milli = 1000; milli <= 1000 * contexts; milli += 50) {
        const std::uint32_t granted = cut(kHopper, {backend, contexts, 1, milli})[0].granted_sms;
        EXPECT_GE(granted, before) << contexts << " " << milli;
        before = granted;
      }
      EXPECT_EQ(before, kHopper.sms) << "OS = Nc is the whole machine";
    }
}

TEST(Partition, StreamsAndCpuSeeTheWholeMachineWhateverTheOversubscription) {
  for (const Backend backend : {Backend::kStreams, Backend::kCpu})
    for (const std::uint32_t milli : {1000U, 4000U, 99'000U}) {
      const std::vector<ContextGrant> grants = cut(kHopper, {backend, 4, 1, milli});
      ASSERT_EQ(grants.size(), 4U);
      for (const ContextGrant& grant : grants) EXPECT_EQ(grant.granted_sms, 132U);
    }
}

TEST(Partition, AsksForWhatThePaperAsksFor) {
  // The paper's even_ceil(68 * OS / Nc), which published data keep at OS = 1 too.
  using enum IsolatedRounding;
  const auto requested = [](std::uint32_t contexts, std::uint32_t milli, IsolatedRounding rounding) {
    return cut(kTuring, {Backend::kMps, contexts, 1, milli}, rounding)[0].requested_sms;
  };
  EXPECT_EQ(requested(6, 1000, kUp), 12U);
  EXPECT_EQ(requested(6, 1000, kDown), 10U);
  EXPECT_EQ(requested(4, 1000, kUp), 18U);
  EXPECT_EQ(requested(4, 1000, kDown), 16U);
  EXPECT_EQ(requested(6, 1500, kDown), 18U);
  EXPECT_EQ(requested(6, 6000, kDown), 68U);
}

// As measured on an H100 with driver 580.159.04.
TEST(Partition, MpsRoundsDownToEvenAndGrantsAGroupAtLeast) {
  const std::map<std::uint32_t, std::uint32_t> measured = {{1, 8},   {4, 8},   {7, 8},    {8, 10},  {9, 10},
                                                           {10, 12}, {12, 14}, {13, 16},  {15, 18}, {20, 26},
                                                           {25, 32}, {50, 66}, {100, 132}};
  for (const auto& [percentage, sms] : measured)
    EXPECT_EQ(mps_granted_sms(kHopper, percentage), sms) << percentage;
  EXPECT_EQ(mps_granted_sms(kHopper, 0), 0U);
  EXPECT_EQ(mps_granted_sms({7, 0, 0}, 100), 7U);
  EXPECT_EQ(mps_granted_sms({7, 0, 0}, 1), 2U);
}

TEST(Partition, ConfinesToWhatABackendCanGive) {
  const auto sms = [](const MachineShape& machine, Backend backend, std::uint32_t asked) {
    const Result<MachineShape> shape = confined(machine, backend, asked);
    return shape.ok() ? std::to_string(shape.value().sms) : shape.error().message;
  };
  EXPECT_EQ(sms(kHopper, Backend::kGreen, 65), "64") << "whole groups";
  EXPECT_EQ(sms(kHopper, Backend::kMps, 65), "64") << "an even number";
  EXPECT_EQ(sms(kHopper, Backend::kStreams, 65), "65");
  EXPECT_EQ(sms(kTuring, Backend::kMps, 2), "2");
  for (const Backend backend : {Backend::kGreen, Backend::kMps, Backend::kStreams}) {
    EXPECT_EQ(sms(kHopper, backend, 132), "132");
    EXPECT_EQ(sms(kHopper, backend, 8), "8");
    EXPECT_EQ(sms(kHopper, backend, 7), "sms: 7 is out of range; 8 to 132");
    EXPECT_EQ(sms(kHopper, backend, 133), "sms: 133 is out of range; 8 to 132");
  }
  EXPECT_EQ(sms(kTuring, Backend::kMps, 1), "sms: 1 is out of range; 2 to 68");
}

TEST(Partition, ThePercentageForSomeSmsIsTheSmallestThatGrantsThem) {
  for (const MachineShape& machine : {kTuring, MachineShape{108, 0, 0}, kHopper}) {
    for (std::uint32_t sms = std::max(4U, machine.group_sms + 2); sms <= machine.sms; sms += 2) {
      const std::uint32_t percentage = mps_percentage_for(machine, sms);
      EXPECT_EQ(mps_granted_sms(machine, percentage), sms);
      EXPECT_LT(mps_granted_sms(machine, percentage - 1), sms);
    }
  }
  // MPS's least grant comes with smaller percentages too. It is asked for as if there were no least.
  EXPECT_EQ(mps_percentage_for(kHopper, 8), 7U);
  EXPECT_EQ(mps_percentage_for(kHopper, 2), 2U);
}

TEST(Partition, RefusesWhatCannotBe) {
  EXPECT_EQ(error_of(kHopper, {Backend::kGreen, 0, 1, 1000}),
            "contexts: 0 is out of range; at least 1 is needed");
  EXPECT_EQ(
      error_of(kHopper, {Backend::kGreen, 4, 1, 999}),
      "oversubscription: 0.999 is out of range; a number from 1 to the number of contexts, 4, is needed");
  EXPECT_EQ(
      error_of(kHopper, {Backend::kMps, 4, 1, 4001}),
      "oversubscription: 4.001 is out of range; a number from 1 to the number of contexts, 4, is needed");
  EXPECT_EQ(
      error_of(kHopper, {Backend::kGreen, 16, 1, 1000}),
      "contexts: 16 don't fit side by side on backend green; at most 15, the number of SM groups, or an "
      "oversubscription above 1 is needed");
  EXPECT_EQ(error_of(kHopper, {Backend::kGreen, 16, 1, 1500}), "no error");
  EXPECT_EQ(error_of(kTuring, {Backend::kGreen, 2, 1, 1000}),
            "backend green: the GPU gave no SM groups; backends mps and streams need none");
  EXPECT_EQ(error_of(kHopper, {Backend::kMps, 16, 1, 1000}), "no error") << "8 SMs each";
  EXPECT_EQ(error_of(kHopper, {Backend::kMps, 17, 1, 1000}),
            "contexts: 17 contexts of 6 SMs can't be on backend mps, which grants at least 8; at most 16 "
            "contexts, or an "
            "oversubscription above 1, is needed");
  EXPECT_EQ(error_of(kHopper, {Backend::kMps, 48, 1, 2000}), "no error");
  EXPECT_EQ(error_of(kHopper, {Backend::kMps, 49, 1, 2000}),
            "contexts: 49 is out of range; MPS serves at most 48 clients, one a context");
  EXPECT_EQ(error_of({0, 0, 0}, {Backend::kStreams, 1, 1, 1000}),
            "a machine of 0 SMs can't be cut into contexts");
}

}  // namespace
}  // namespace daris
