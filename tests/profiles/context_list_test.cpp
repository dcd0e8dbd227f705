// Lists of contexts: what they grant on each backend, and which are refused, with one line.
#include "profiles/context_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "profiles/context_list_json.h"

namespace daris {
namespace {

using testing::HasSubstr;

constexpr MachineShape kH100{132, 8, 15};

std::string document(const std::string& rows) {
  return R"({"schema": "daris.partition", "version": 1, "contexts": [)" + rows + "]}";
}

ContextList list_of(const std::string& rows) {
  return parse_context_list(document(rows), "rows.json").value();
}

std::vector<ContextGrant> grants(const std::string& rows, Backend backend = Backend::kGreen) {
  return make_listed_partition(kH100, backend, list_of(rows)).value();
}

// The one line with which it is refused; empty if it is not.
std::string refusal(const std::string& rows, Backend backend = Backend::kGreen) {
  const Result<ContextList> list = parse_context_list(document(rows), "rows.json");
  if (!list.ok()) return list.error().message;
  const auto made = make_listed_partition(kH100, backend, list.value());
  return made.ok() ? "" : made.error().message;
}

std::string schema_refusal(const std::string& rows) {
  const Status status =
      validate_document(Json::parse(schema_text("daris.partition")), Json::parse(document(rows)), "rows");
  return status.ok() ? "" : status.error().message;
}

TEST(ContextList, GrantsWindowsOnGreen) {
  const auto made =
      grants(R"({"first_group": 0, "groups": 15}, {"first_group": 13, "groups": 4, "streams": 2})");
  ASSERT_EQ(made.size(), 3U);
  EXPECT_EQ(made[0].granted_sms, 132U) << "all groups mean every SM, those left over too";
  EXPECT_EQ(made[1].granted_sms, 32U);
  EXPECT_EQ(made[1].first_group, 13U);
  EXPECT_EQ(made[2].first_group, 13U) << "contexts of one row have the same SMs";
}

TEST(ContextList, GrantsPercentagesOnMps) {
  const auto made = grants(R"({"percentage": 100}, {"percentage": 25})", Backend::kMps);
  EXPECT_EQ(made[0].granted_sms, 132U);
  EXPECT_EQ(made[1].granted_sms, 32U);
  EXPECT_EQ(made[1].mps_percentage, 25U);
}

TEST(ContextList, GrantsEverythingOnStreams) {
  const auto made = grants(R"({"levels": [0]}, {"streams": 3})", Backend::kStreams);
  ASSERT_EQ(made.size(), 4U);
  EXPECT_EQ(made[3].granted_sms, 132U);
}

TEST(ContextList, HasLevelsByContext) {
  const ContextList list = list_of(R"({"streams": 2, "levels": [3, 0]}, {"levels": null})");
  const std::vector<std::vector<std::uint32_t>> levels{{0, 3}, {0, 3}, {0, 1, 3}};
  EXPECT_EQ(list.context_levels({0, 1, 3}), levels);
  EXPECT_TRUE(list_of(R"({"streams": 2}, {})").context_levels({0, 1}).empty()) << "no row names any";
}

TEST(ContextList, RefusesRowsWithoutSms) {
  EXPECT_EQ(refusal(R"({"levels": [0]})"),
            "rows.json: contexts[0]: it has no SMs; backend green needs \"first_group\" and \"groups\"");
  EXPECT_EQ(refusal("{}", Backend::kMps),
            "rows.json: contexts[0]: it has no SMs; backend mps needs \"percentage\"");
  EXPECT_THAT(refusal(R"({"first_group": 0, "groups": 0})"),
              HasSubstr("contexts[0].groups: 0 is out of range"));
  EXPECT_EQ(refusal(R"({"first_group": 0, "groups": 16})"),
            "rows.json: contexts[0].groups: 16 is out of range; 1 to 15, the groups of 8 SMs that there are");
  EXPECT_EQ(refusal(R"({"first_group": 15, "groups": 1})"),
            "rows.json: contexts[0].first_group: 15 is out of range; 0 to 14");
}

TEST(ContextList, RefusesFieldsOfAnotherBackend) {
  EXPECT_THAT(refusal(R"({"first_group": 0, "groups": 1, "percentage": 5})"), HasSubstr("takes none"));
  EXPECT_THAT(refusal(R"({"percentage": 5, "groups": 1})", Backend::kMps), HasSubstr("has no groups of SMs"));
  EXPECT_THAT(refusal(R"({"percentage": 5})", Backend::kStreams), HasSubstr("takes none"));
  EXPECT_THAT(refusal(R"({"urgent": true})", Backend::kStreams), HasSubstr("orders by level"));
  EXPECT_THAT(refusal(R"({"percentage": 50, "streams": 49})", Backend::kMps), HasSubstr("at most 48"));
}

TEST(ContextList, RefusesOverlapWithARowThatIsAlone) {
  const std::string alone = R"({"first_group": 0, "groups": 4, "streams": 2, "alone": true}, )";
  EXPECT_EQ(refusal(alone + R"({"first_group": 4, "groups": 11})"), "") << "its own contexts may share";
  EXPECT_EQ(refusal(alone + R"({"first_group": 4, "groups": 12})"),
            "rows.json: contexts[0].alone: it shares SMs with contexts[1]; give them others, or leave "
            "\"alone\" out");
  EXPECT_EQ(refusal(R"({"percentage": 40, "alone": true}, {"percentage": 60})", Backend::kMps), "");
  EXPECT_THAT(refusal(R"({"percentage": 41, "alone": true}, {"percentage": 61})", Backend::kMps),
              HasSubstr("it shares SMs"));
  EXPECT_THAT(refusal(R"({"alone": true}, {})", Backend::kStreams), HasSubstr("it shares SMs"));
}

TEST(ContextList, RefusesALevelWithoutAContext) {
  const ContextList list = list_of(R"({"levels": [0]}, {"levels": [2]})");
  EXPECT_TRUE(check_levels(list, {0, 2}).ok());
  EXPECT_EQ(check_levels(list, {0, 1, 2}).error().message,
            "rows.json: contexts: level 1 of the task set has none; add it to the levels of one");
  EXPECT_TRUE(check_levels(list_of(R"({"levels": [0]}, {})"), {0, 7}).ok());
}

TEST(ContextList, KnowsIfContextsShareNoSm) {
  const auto shared = [](const std::string& rows) {
    const ContextList list = list_of(rows);
    return !check_isolated(kH100, Backend::kGreen, list, grants(rows)).ok();
  };
  EXPECT_FALSE(shared(R"({"first_group": 0, "groups": 7}, {"first_group": 7, "groups": 8})"));
  EXPECT_TRUE(shared(R"({"first_group": 0, "groups": 7}, {"first_group": 14, "groups": 2})"));
  EXPECT_TRUE(shared(R"({"first_group": 0, "groups": 7, "streams": 2})"));
}

Backend backend_of(const std::string& name) {
  if (name.starts_with("mps")) return Backend::kMps;
  return name.starts_with("streams") ? Backend::kStreams : Backend::kGreen;
}

TEST(ContextList, TakesEveryBundledPartition) {
  std::size_t partitions = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DARIS_SOURCES "/workloads/partitions")) {
    if (entry.path().extension() != ".json") continue;
    const std::string text = read_text_file(entry.path()).value();
    const Result<ContextList> list = parse_context_list(text, entry.path().string());
    ASSERT_TRUE(list.ok()) << list.error().message;
    const Backend backend = backend_of(entry.path().stem().string());
    const auto made = make_listed_partition(kH100, backend, list.value());
    EXPECT_TRUE(made.ok()) << entry.path();
    EXPECT_TRUE(check_levels(list.value(), {0, 1, 2, 3}).ok()) << entry.path();
    ++partitions;
  }
  EXPECT_GE(partitions, 13U);
}

TEST(ContextList, SchemaTakesWhatTheProgramTakes) {
  for (const char* rows : {"{}", R"({"first_group": 0, "groups": 1, "levels": [1, 0], "alone": true})",
                           R"({"percentage": 100, "streams": 48, "levels": null, "urgent": false})"}) {
    EXPECT_EQ(schema_refusal(rows), "") << rows;
    EXPECT_TRUE(parse_context_list(document(rows), "rows.json").ok()) << rows;
  }
  for (const char* rows :
       {"", R"({"groups": 0})", R"({"percentage": 101})", R"({"streams": 0})", R"({"levels": []})",
        R"({"levels": [1, 1]})", R"({"levels": [1001]})", R"({"sms": 8})", R"({"alone": 1})"}) {
    EXPECT_NE(schema_refusal(rows), "") << rows;
    EXPECT_FALSE(parse_context_list(document(rows), "rows.json").ok()) << rows;
  }
}

}  // namespace
}  // namespace daris
