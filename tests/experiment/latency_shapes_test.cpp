#include "experiment/latency_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/json/json.h"
#include "profiles/context_list_json.h"

namespace daris {
namespace {

using testing::ElementsAre;
using Levels = std::vector<std::uint32_t>;

const ContextList& named(const std::vector<std::shared_ptr<const ContextList>>& lists,
                         const std::string& name) {
  for (const auto& list : lists)
    if (list->name == name) return *list;
  throw std::invalid_argument(name);
}

TEST(LatencyShapes, AreGrantedOnGpusOfAnySize) {
  for (const std::uint32_t groups : {1U, 2U, 3U, 4U, 5U, 7U, 15U, 18U, 30U}) {
    const MachineShape machine{8 * groups + 4, 8, groups};
    for (const Backend backend : {Backend::kGreen, Backend::kMps, Backend::kStreams}) {
      std::set<std::string> names;
      for (const auto& list : latency_partitions(machine, backend, {0, 1, 3})) {
        const Result<std::vector<ContextGrant>> grants = make_listed_partition(machine, backend, *list);
        EXPECT_TRUE(grants.ok()) << groups << ": " << grants.error().message;
        EXPECT_TRUE(check_levels(*list, {0, 1, 3}).ok()) << list->name;
        EXPECT_TRUE(names.insert(list->name).second) << list->name << " twice";
      }
      EXPECT_GE(names.size(), 3U);
    }
  }
}

TEST(LatencyShapes, OfAnH100KeepGroupsForLevel0) {
  const auto lists = latency_partitions(MachineShape(), Backend::kGreen, {0, 1, 2});
  const ContextList& kept = named(lists, "kept-3-6x4");
  ASSERT_EQ(kept.rows.size(), 7U);
  EXPECT_EQ(kept.rows[0].groups, 15U);
  EXPECT_THAT(kept.rows[0].levels, ElementsAre(0));
  for (std::size_t row = 1; row < kept.rows.size(); ++row) {
    EXPECT_GE(*kept.rows[row].first_group, 3U);
    EXPECT_LE(*kept.rows[row].first_group + *kept.rows[row].groups, 15U) << "it does not wrap around";
    EXPECT_THAT(kept.rows[row].levels, ElementsAre(1, 2));
  }
  EXPECT_EQ(kept.rows[1].first_group, 3U);
  EXPECT_EQ(kept.rows[6].first_group, 11U);
}

TEST(LatencyShapes, OfAnH100MayShareAll) {
  const auto lists = latency_partitions(MachineShape(), Backend::kGreen, {0, 1});
  EXPECT_THAT(named(lists, "shared-8x4").rows[8].levels, ElementsAre(1));
  EXPECT_EQ(named(lists, "shared-8x4").rows[8].first_group, 13U);
  const ContextList& many = named(lists, "shared-8x4-2");
  EXPECT_EQ(many.rows[0].streams, 1U);
  EXPECT_EQ(many.rows[8].streams, 2U);
}

TEST(LatencyShapes, NeedALevelBelow0) {
  EXPECT_TRUE(latency_partitions(MachineShape(), Backend::kGreen, {0}).empty());
  EXPECT_TRUE(latency_partitions(MachineShape(), Backend::kGreen, {1, 2}).empty());
}

TEST(LatencyShapes, AreReadBackFromTheirDocuments) {
  for (const Backend backend : {Backend::kGreen, Backend::kMps, Backend::kStreams}) {
    for (const auto& list : latency_partitions(MachineShape(), backend, {0, 1, 2, 3})) {
      const std::string text = context_list_to_json(*list).dump();
      EXPECT_EQ(parse_context_list(text, list->name).value(), *list) << text;
    }
  }
}

}  // namespace
}  // namespace daris
