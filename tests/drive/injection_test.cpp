#include "drive/injection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "drive/injection_json.h"

namespace daris {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string document_of(const std::string& disturbances) {
  return R"({"schema": "daris.injection", "version": 1, "disturbances": [)" + disturbances + "]}";
}

Injection read(const std::string& disturbances) {
  const Result<Injection> injection = parse_injection(document_of(disturbances), "storm.json");
  EXPECT_TRUE(injection.ok()) << (injection.ok() ? "" : injection.error().message);
  return injection.ok() ? injection.value() : Injection();
}

std::string error_of(const std::string& disturbances) {
  const Result<Injection> injection = parse_injection(document_of(disturbances), "storm.json");
  return injection.ok() ? "no error" : injection.error().message;
}

Time at_ms(std::int64_t ms) { return Time::from_ns(ms * kNsPerMs); }

TEST(Injection, ReadsEveryKind) {
  const Injection injection = read(R"(
      {"kind": "estimates", "factor": 0.5, "models": ["unet"]},
      {"kind": "context_lost", "context": 2, "at_ms": 20},
      {"kind": "context_lost", "context": 1, "at_ms": 20},
      {"kind": "context_lost", "context": 3, "at_ms": 10.5},
      {"kind": "slowdown", "factor": 3, "from_ms": 1, "until_ms": 2, "context": 0},
      {"kind": "late_releases", "from_ms": 5, "until_ms": 7, "by_ms": 0.25},
      {"kind": "late_releases", "from_ms": 5, "until_ms": 7})");
  EXPECT_EQ(injection.name, "storm.json");
  ASSERT_EQ(injection.estimates.size(), 1U);
  EXPECT_EQ(injection.estimates[0].factor, 0.5);
  EXPECT_THAT(injection.estimates[0].models, ElementsAre("unet"));
  ASSERT_EQ(injection.losses.size(), 3U);  // by instant, then by context
  EXPECT_EQ(injection.losses[0].context, ContextId(3));
  EXPECT_EQ(injection.losses[0].at, Time::from_ns(10'500'000));
  EXPECT_EQ(injection.losses[1].context, ContextId(1));
  EXPECT_EQ(injection.losses[2].context, ContextId(2));
  ASSERT_EQ(injection.slowdowns.size(), 1U);
  EXPECT_EQ(injection.slowdowns[0].context, ContextId(0));
  ASSERT_EQ(injection.late_releases.size(), 2U);
  EXPECT_EQ(injection.late_releases[0].by, Duration::from_ns(250'000));
  EXPECT_FALSE(injection.late_releases[1].by);
}

// Documents of one disturbance that the program takes, and others that it refuses.
constexpr const char* kGood[] = {
    R"({"kind": "estimates", "factor": 1000})",
    R"({"kind": "estimates", "factor": 0.001, "models": null, "at_ms": null})",
    R"({"kind": "context_lost", "context": 1023, "at_ms": 0})",
    R"({"kind": "slowdown", "factor": 2, "from_ms": 0, "until_ms": 1000000000, "context": null})",
    R"({"kind": "late_releases", "from_ms": 0, "until_ms": 1, "by_ms": 1000000})",
    R"({"kind": "late_releases", "from_ms": 0, "until_ms": 1, "by_ms": null})"};

constexpr std::pair<const char*, const char*> kBad[] = {
    {R"({"kind": "estimates"})", "disturbances[0]: \"factor\" is missing"},
    {R"({"kind": "estimates", "factor": 0})", "disturbances[0].factor: 0 is out of range"},
    {R"({"kind": "estimates", "factor": 1001})", "factor: 1001 is out of range"},
    {R"({"kind": "estimates", "factor": 2, "models": []})", "models"},
    {R"({"kind": "estimates", "factor": 2, "at_ms": 5})",
     "disturbances[0].at_ms: is no field of a disturbance of kind \"estimates\""},
    {R"({"kind": "context_lost", "context": 1024, "at_ms": 0})", "context: 1024 is out of range"},
    {R"({"kind": "context_lost", "context": 1})", "\"at_ms\" is missing"},
    {R"({"kind": "context_lost", "context": 1, "at_ms": -1})", "at_ms: -1 is out of range"},
    {R"({"kind": "slowdown", "factor": 2, "from_ms": 1})", "\"until_ms\" is missing"},
    {R"({"kind": "slowdown", "factor": 2, "from_ms": 1, "until_ms": 2, "models": ["unet"]})", "models"},
    {R"({"kind": "late_releases", "from_ms": 1, "until_ms": 2, "by_ms": 0})", "by_ms: 0 is out of range"},
    {R"({"kind": "late_releases", "from_ms": 1, "until_ms": 2, "context": 0})", "context"},
    {R"({"kind": "context_los", "context": 1, "at_ms": 0})", "did you mean \"context_lost\"?"},
    {R"({"kind": "context_lost", "contexts": 1, "at_ms": 0})", "did you mean \"context\"?"},
    {"", "disturbances"}};

Status by_schema(const std::string& disturbances) {
  return validate_document(Json::parse(schema_text("daris.injection")),
                           Json::parse(document_of(disturbances)), "storm.json");
}

TEST(Injection, IsTakenAndRefusedByReaderAndSchemaAlike) {
  for (const char* const good : kGood) {
    EXPECT_EQ(error_of(good), "no error") << good;
    EXPECT_TRUE(by_schema(good).ok()) << good;
  }
  for (const auto& [bad, message] : kBad) {
    EXPECT_THAT(error_of(bad), HasSubstr(message)) << bad;
    EXPECT_FALSE(by_schema(bad).ok()) << bad;
  }
}

TEST(Injection, RefusesWhatNoSchemaCanSay) {
  EXPECT_THAT(error_of(R"({"kind": "slowdown", "factor": 2, "from_ms": 5, "until_ms": 5})"),
              HasSubstr("disturbances[0].until_ms: is not later than \"from_ms\""));
  EXPECT_THAT(error_of(R"({"kind": "context_lost", "context": 1, "at_ms": 5},
                          {"kind": "context_lost", "context": 1, "at_ms": 6})"),
              HasSubstr("disturbances[1].context: 1 is lost twice"));
}

TaskSet set_of(std::initializer_list<const char*> models) {
  TaskSet set{"set", {}};
  for (const char* const model : models) {
    TaskGroup group;
    group.name = group.model = model;
    group.period = group.deadline = Duration::from_ns(kNsPerMs);
    set.groups.push_back(group);
  }
  return set;
}

TEST(Injection, FitsTheRunThatItDisturbs) {
  const TaskSet set = set_of({"unet", "resnet18"});
  const auto error = [&](const std::string& disturbances) {
    const Status status = check_injection(read(disturbances), 4, set);
    return status.ok() ? "" : status.error().message;
  };
  EXPECT_EQ(error(R"({"kind": "context_lost", "context": 3, "at_ms": 1})"), "");
  EXPECT_EQ(error(R"({"kind": "context_lost", "context": 4, "at_ms": 1})"),
            "storm.json: disturbs context 4; the run has 4, and they are numbered from 0");
  EXPECT_THAT(error(R"({"kind": "slowdown", "factor": 2, "from_ms": 0, "until_ms": 1, "context": 9})"),
              HasSubstr("disturbs context 9"));
  EXPECT_EQ(error(R"({"kind": "estimates", "factor": 2, "models": ["unet"]})"), "");
  EXPECT_EQ(error(R"({"kind": "estimates", "factor": 2, "models": ["vgg"]})"),
            "storm.json: has estimates of model \"vgg\", which no task of task set \"set\" runs");
}

Duration for_ns(std::int64_t ns) { return Duration::from_ns(ns); }

PolicySetup setup_of(const Workload& workload) {
  PolicySetup setup;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    TaskSetup row;
    row.stage_estimates = {for_ns(100), for_ns(5)};
    row.batch_group = task;
    setup.tasks.push_back(row);
    setup.batch_groups.push_back({2, {{1, for_ns(105), {for_ns(100), for_ns(5)}}, {2, for_ns(150), {}}}});
  }
  return setup;
}

TEST(Injection, MakesEstimatesOfStagesAndBatchesWrong) {
  const Workload workload = make_workload(set_of({"unet", "resnet18"}));
  PolicySetup setup = setup_of(workload);
  misstate_estimates(read(R"({"kind": "estimates", "factor": 0.5, "models": ["resnet18"]},
                             {"kind": "estimates", "factor": 4})"),
                     workload, setup);
  EXPECT_THAT(setup.tasks[0].stage_estimates, ElementsAre(for_ns(400), for_ns(20)));
  EXPECT_THAT(setup.tasks[1].stage_estimates, ElementsAre(for_ns(200), for_ns(10)));
  EXPECT_EQ(setup.batch_groups[0].times[1].execution, for_ns(600));
  EXPECT_THAT(setup.batch_groups[1].times[0].stages, ElementsAre(for_ns(200), for_ns(10)));
  EXPECT_EQ(setup.batch_groups[1].times[0].execution, for_ns(210)) << "the sum of its stages";
}

TEST(Injection, KeepsEstimatesInTheRangeOfPolicies) {
  const Workload workload = make_workload(set_of({"unet"}));
  PolicySetup setup = setup_of(workload);
  setup.tasks[0].stage_estimates[0] = for_ns((std::int64_t{1} << 40) - 1);
  misstate_estimates(read(R"({"kind": "estimates", "factor": 100})"), workload, setup);
  EXPECT_EQ(setup.tasks[0].stage_estimates[0].ns(), (std::int64_t{1} << 40) - 1);
  setup = setup_of(workload);
  misstate_estimates(read(R"({"kind": "estimates", "factor": 0.001})"), workload, setup);
  EXPECT_THAT(setup.tasks[0].stage_estimates, ElementsAre(for_ns(1), for_ns(1)));
}

TEST(Injection, SlowsDownInsideItsWindowAndItsContextAlone) {
  const std::vector<Slowdown> slowdowns = read(R"(
      {"kind": "slowdown", "factor": 3, "from_ms": 10, "until_ms": 20},
      {"kind": "slowdown", "factor": 0.5, "from_ms": 15, "until_ms": 30, "context": 1})")
                                              .slowdowns;
  const auto factor = [&](std::int64_t ms, std::uint32_t context) {
    return slowdown_factor(slowdowns, at_ms(ms), ContextId(context));
  };
  EXPECT_EQ(factor(9, 0), 1);
  EXPECT_EQ(factor(10, 0), 3);
  EXPECT_EQ(factor(15, 1), 1.5);
  EXPECT_EQ(factor(20, 0), 1);
  EXPECT_EQ(factor(20, 1), 0.5);
  EXPECT_EQ(factor(30, 1), 1);
  EXPECT_EQ(slowdown_factor({}, at_ms(15), ContextId(0)), 1);
}

}  // namespace
}  // namespace daris
