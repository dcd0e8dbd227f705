#include "workloads/task_set_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "tests/base/host/temporary_folder.h"
#include "tests/workloads/task_set_text.h"
#include "workloads/model_catalog.h"
#include "workloads/stage_plan.h"

namespace daris {
namespace {

using ::testing::HasSubstr;
using testing::set_with;
using testing::set_with_tasks;
using testing::TemporaryFolder;

std::string error_of(const std::string& text) {
  const Result<TaskSet> set = parse_task_set(text, "set.json", "");
  return set.ok() ? "no error" : set.error().message;
}

TaskGroup group_of(const std::string& patch) {
  const Result<TaskSet> set = parse_task_set(set_with(patch), "set.json", "");
  EXPECT_TRUE(set.ok()) << set.error().message;
  return set.value().groups.at(0);
}

TEST(TaskSetJson, FillsInDefaults) {
  const TaskGroup group = group_of("{}");
  EXPECT_EQ(group.name, "cam");
  EXPECT_EQ(group.model, "resnet18");
  EXPECT_EQ(group.count, 1U);
  EXPECT_EQ(group.batch, 1U);
  EXPECT_EQ(group.precision, Precision::kTf32);
  EXPECT_EQ(group.weights, Weights::kShared);
  EXPECT_EQ(group.period.ns(), 33'333'333);
  EXPECT_EQ(group.deadline, group.period);
  EXPECT_FALSE(group.offset.has_value());
  EXPECT_EQ(group.arrival.kind, ArrivalKind::kPeriodic);
  EXPECT_FALSE(group.slo.miss_rate_max.has_value());
}

TEST(TaskSetJson, ReadsEveryField) {
  const TaskGroup group = group_of(
      R"({"count": 16, "batch": 4, "precision": "fp16", "weights": "own", "rate_hz": null, "period_ms": 40,
          "deadline_ms": 33.3333334, "offset_ms": 0, "arrival": {"kind": "gamma", "cv": 2.5},
          "slo": {"miss_rate_max": 0.01, "loss_rate_max": 0.5, "response_p99_ms_max": 30, "consecutive_misses_max": 1}})");
  EXPECT_EQ(group.count, 16U);
  EXPECT_EQ(group.batch, 4U);
  EXPECT_EQ(group.precision, Precision::kFp16);
  EXPECT_EQ(group.weights, Weights::kOwn);
  EXPECT_EQ(group.period.ns(), 40'000'000);
  EXPECT_EQ(group.deadline.ns(), 33'333'333);
  EXPECT_EQ(group.offset.value().ns(), 0);
  EXPECT_EQ(group.arrival.kind, ArrivalKind::kGamma);
  EXPECT_EQ(group.arrival.coefficient_of_variation, 2.5);
  EXPECT_EQ(group.slo.miss_rate_max, 0.01);
  EXPECT_EQ(group.slo.loss_rate_max, 0.5);
  EXPECT_EQ(group.slo.response_p99_ms_max, 30);
  EXPECT_EQ(group.slo.consecutive_misses_max, 1U);
}

struct Wrong {
  const char* patch;
  const char* message;  // after "set.json: tasks[0]"
};

TEST(TaskSetJson, NamesWhatIsWrong) {
  const Wrong cases[] = {
      {R"({"rate_hz": null, "period_ms": -3})",
       ".period_ms: -3 is out of range; a number from 0.001 to 1e+06 is needed"},
      {R"({"rate_hz": "30"})", ".rate_hz: \"30\" is wrong; a number from 0.001 to 1e+06 is needed"},
      {R"({"period_ms": 33})", ": \"rate_hz\" and \"period_ms\" are both given; one of them is needed"},
      {R"({"rate_hz": null})", ": \"rate_hz\" or \"period_ms\" is missing; one of them is needed"},
      {R"({"priority": -1})", ".priority: -1 is out of range; a whole number from 0 to 1000 is needed"},
      {R"({"count": 0})", ".count: 0 is out of range; a whole number from 1 to 10000 is needed"},
      {R"({"periodms": 3})", ": unknown key \"periodms\"; did you mean \"period_ms\"?"},
      {R"({"precision": "fp8"})",
       ".precision: \"fp8\" is not known; did you mean \"fp32\"? \"fp32\", \"tf32\" or \"fp16\" is needed"},
      {R"({"arrival": {"kind": "gamma"}})", ".arrival: \"cv\" is missing"},
      {R"({"arrival": {"kind": "poisson", "cv": 1}})",
       ".arrival.cv: belongs to arrivals of kind \"gamma\", and this is \"poisson\""},
      {R"({"arrival": {"kind": "sporadic", "jitter_ms": 66.7}})",
       ".arrival.jitter_ms: leaves no time between releases; less than twice the period is needed"},
      {R"({"slo": {"miss_rate_max": 1.5}})",
       ".slo.miss_rate_max: 1.5 is out of range; a number from 0 to 1 is needed"},
  };
  for (const Wrong& wrong : cases)
    EXPECT_EQ(error_of(set_with(wrong.patch)), std::string("set.json: tasks[0]") + wrong.message)
        << wrong.patch;
}

TEST(TaskSetJson, NamesTheNearestModel) {
  EXPECT_THAT(error_of(set_with(R"({"model": "resnet19"})")),
              HasSubstr("tasks[0].model: unknown model \"resnet19\": did you mean \"resnet18\"?"));
}

TEST(TaskSetJson, NeedsNamesOfTheirOwn) {
  EXPECT_EQ(error_of(set_with_tasks({"{}", "{}"})),
            "set.json: tasks[1].name: \"cam\" stands twice; each task of a set needs a name of its own");
  EXPECT_EQ(error_of(set_with_tasks({"{}", R"({"name": "other"})"})), "no error");
}

TEST(TaskSetJson, LimitsTheNumberOfTasks) {
  EXPECT_EQ(error_of(set_with_tasks({R"({"count": 9999})", R"({"name": "b", "count": 2})"})),
            "set.json: tasks[1].count: brings the set to 10001 tasks; at most 10000 are possible");
}

TEST(TaskSetJson, ReadsTracesFromTheSetsFolder) {
  const testing::TemporaryFolder folder;
  testing::write(folder / "set.json", set_with(R"({"arrival": {"kind": "trace", "file": "times.csv"}})"));
  EXPECT_EQ(read_task_set(folder / "set.json").error().message,
            (folder / "times.csv").string() + ": can't be read: No such file or directory");
  testing::write(folder / "times.csv", "0.5\n1\n");
  const Result<TaskSet> set = read_task_set(folder / "set.json");
  ASSERT_TRUE(set.ok()) << set.error().message;
  EXPECT_EQ(set.value().groups[0].arrival.trace,
            (std::vector<Time>{Time::from_ns(500'000'000), Time::from_ns(1'000'000'000)}));
  EXPECT_EQ(set.value().groups[0].arrival.trace_file, (folder / "times.csv").string());
}

// Expects that writing the set and reading that again changes nothing.
void expect_stable(const TaskSet& set, const std::string& what) {
  const std::string written = write_task_set(set);
  const Result<TaskSet> again = parse_task_set(written, "again.json", "");
  ASSERT_TRUE(again.ok()) << what << ": " << again.error().message;
  EXPECT_EQ(write_task_set(again.value()), written) << what;
  for (std::size_t g = 0; g < set.groups.size(); ++g) {
    EXPECT_EQ(again.value().groups[g].period, set.groups[g].period) << what;
    EXPECT_EQ(again.value().groups[g].deadline, set.groups[g].deadline) << what;
    EXPECT_EQ(again.value().groups[g].offset, set.groups[g].offset) << what;
  }
}

TEST(TaskSetJson, WritesWhatReadsBackTheSame) {
  for (const char* patch :
       {"{}", R"({"rate_hz": 24, "deadline_ms": 0.001, "offset_ms": 12.345678, "weights": "own"})",
        R"({"arrival": {"kind": "sporadic", "jitter_ms": 0.1}, "slo": {"loss_rate_max": 0.3}})",
        R"({"arrival": {"kind": "gamma", "cv": 3}, "rate_hz": 0.0011})",
        R"({"arrival": {"kind": "poisson"}})"}) {
    const Result<TaskSet> set = parse_task_set(set_with(patch), "set.json", "");
    ASSERT_TRUE(set.ok()) << set.error().message;
    expect_stable(set.value(), patch);
  }
}

struct Bundled {
  const char* name;
  std::vector<std::uint32_t> tasks_by_level;
};

TEST(TaskSetJson, BundledSetsAreThoseOfThePaper) {
  const Bundled sets[] = {{"resnet18-paper", {16, 32}},
                          {"unet-paper", {5, 10}},
                          {"inception-v3-paper", {8, 16}},
                          {"mixed-paper", {10, 18}}};
  for (const Bundled& expected : sets)
    for (const std::string suffix : {"", "-own-weights", "-batch4", "-fp16"}) {
      const std::string name = expected.name + suffix;
      const Result<TaskSet> set = read_task_set(find_task_set(name).value());
      ASSERT_TRUE(set.ok()) << set.error().message;
      EXPECT_EQ(set.value().name, name);
      std::vector<std::uint32_t> tasks_by_level(2);
      for (const TaskGroup& group : set.value().groups) {
        tasks_by_level.at(group.priority) += group.count;
        EXPECT_EQ(group.period.ns(), group.model == "resnet18" ? 33'333'333 : 41'666'667) << name;
        EXPECT_EQ(group.deadline, group.period) << name;
        EXPECT_EQ(group.weights == Weights::kOwn, suffix == "-own-weights") << name;
        EXPECT_EQ(group.batch, suffix == "-batch4" ? 4U : 1U) << name;
        EXPECT_EQ(group.precision, suffix == "-fp16" ? Precision::kFp16 : Precision::kTf32) << name;
      }
      EXPECT_EQ(tasks_by_level, expected.tasks_by_level) << name;
    }
}

TEST(TaskSetJson, AllBundledSetsReadAndAreNamedAsTheirFiles) {
  const std::vector<std::string> names = task_set_names().value();
  EXPECT_EQ(names.size(), 35U);
  for (const std::string& name : names) {
    const Result<TaskSet> set = read_task_set(find_task_set(name).value());
    ASSERT_TRUE(set.ok()) << set.error().message;
    EXPECT_EQ(set.value().name, name);
    expect_stable(set.value(), name);
  }
}

TEST(TaskSetJson, TheDrivingSetHasSixCamerasOnFourLevels) {
  const TaskSet set = read_task_set(find_task_set("driving").value()).value();
  ASSERT_EQ(set.groups.size(), 4U);
  const std::vector<std::pair<std::string, std::int64_t>> expected = {{"resnet50", 33'333'333},
                                                                      {"unet", 100'000'000},
                                                                      {"inception_v3", 200'000'000},
                                                                      {"resnet18", 33'333'333}};
  for (std::uint32_t level = 0; level < 4; ++level) {
    EXPECT_EQ(set.groups[level].priority, level);
    EXPECT_EQ(set.groups[level].count, 6U);
    EXPECT_EQ(set.groups[level].model, expected[level].first);
    EXPECT_EQ(set.groups[level].period.ns(), expected[level].second);
    EXPECT_TRUE(set.groups[level].slo.loss_rate_max.has_value());
  }
}

TEST(TaskSetJson, TheHumanoidHasALoopOfAMillisecondOnLevel0) {
  const TaskSet set = read_task_set(find_task_set("humanoid").value()).value();
  ASSERT_EQ(set.groups.size(), 4U);
  EXPECT_EQ(set.groups[0].model, "small_cnn");
  EXPECT_EQ(set.groups[0].deadline.ns(), 1'000'000);
  EXPECT_EQ(set.groups[1].period.ns(), 20'000'000);
  EXPECT_EQ(set.groups[2].period.ns(), 200'000'000);
  for (std::uint32_t level = 0; level < 4; ++level) {
    EXPECT_EQ(set.groups[level].priority, level);
    EXPECT_TRUE(set.groups[level].slo.miss_rate_max.has_value());
  }
}

// Sets as people have them: deadlines on both sides of the period, arrivals of several kinds, and objectives.
TEST(TaskSetJson, SetsOfManyLevelsHaveDeadlinesArrivalsAndObjectivesOfAllKinds) {
  const std::pair<const char*, std::size_t> sets[] = {
      {"driving-stack", 4}, {"drone-fleet", 3}, {"video-analytics", 4}, {"warehouse-robots", 3}};
  for (const auto& [name, levels] : sets) {
    const TaskSet set = read_task_set(find_task_set(name).value()).value();
    std::set<std::uint32_t> level_of;
    std::set<ArrivalKind> arrivals;
    std::set<bool> is_longer;
    for (const TaskGroup& group : set.groups) {
      level_of.insert(group.priority);
      arrivals.insert(group.arrival.kind);
      if (group.deadline != group.period) is_longer.insert(group.deadline > group.period);
      EXPECT_TRUE(group.slo.miss_rate_max && group.slo.loss_rate_max) << name << " " << group.name;
    }
    EXPECT_EQ(level_of.size(), levels) << name;
    EXPECT_EQ(*level_of.rbegin(), levels - 1) << name;
    EXPECT_EQ(arrivals.size(), 4U) << name;
    EXPECT_EQ(is_longer.size(), 2U) << name;
  }
}

// Logs call the copies of "cam" "cam/1", "cam/2", ..., so that another task of such a name could be any.
TEST(TaskSetJson, RefusesANameThatACopyMayHave) {
  EXPECT_THAT(error_of(set_with_tasks({R"({"name": "cam", "count": 2})", R"({"name": "cam/2"})"})),
              HasSubstr("tasks[1].name: \"cam/2\" may be a copy of \"cam\""));
  EXPECT_THAT(error_of(set_with_tasks({R"({"name": "a/b/10"})", R"({"name": "x"})", R"({"name": "a/b"})"})),
              HasSubstr("tasks[2].name: \"a/b\" may have a copy that is called \"a/b/10\""));
}

TEST(TaskSetJson, TakesOtherNamesWithASlash) {
  EXPECT_EQ(
      error_of(set_with_tasks({R"({"name": "cam/1"})", R"({"name": "cam/2"})", R"({"name": "cam/front"})",
                               R"({"name": "cam/"})", R"({"name": "cam/2b"})", R"({"name": "/"})"})),
      "no error");
}

// A model of two packages with the bytes "one" and "two".
void write_model(const TemporaryFolder& folder, const std::string& second) {
  std::filesystem::create_directory(folder / "net");
  testing::write(folder / "net/model.json",
                 R"({"schema": "daris.model", "version": 1, "name": "net", "input": [3, 32, 32],
 "precision": "fp32", "device": "cpu", "batch": 1, "torch": "2.11.0", "stages": [
 {"name": "a", "package": "a.pt2", "sha256": "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"},
 {"name": "b", "package": "b.pt2", "sha256": "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"}]})");
  testing::write(folder / "net/a.pt2", "one");
  testing::write(folder / "net/b.pt2", second);
}

std::string error_in(const TemporaryFolder& folder, const std::string& model) {
  const Result<TaskSet> set = parse_task_set(
      set_with(R"({"precision": "fp32", "model": ")" + model + R"("})"), "set.json", folder / "");
  return set.ok() ? "no error" : set.error().message;
}

TEST(TaskSetJson, ComparesPackagesWithTheirManifest) {
  const TemporaryFolder whole;
  write_model(whole, "two");
  EXPECT_EQ(error_in(whole, "./net"), "no error");
  for (const char* const other : {"tw", "", "one"}) {
    const TemporaryFolder swapped;
    write_model(swapped, other);
    const std::string error = error_in(swapped, "./net/");
    EXPECT_THAT(error, HasSubstr("tasks[0].model: \"" + (swapped / "net/b.pt2").string() +
                                 "\" is not the package that model.json describes"));
    EXPECT_THAT(error,
                HasSubstr("3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3 is needed"));
  }
}

TEST(TaskSetJson, TellsStagesOfEqualNamesApart) {
  const TemporaryFolder folder;
  write_model(folder, "two");
  std::string manifest = testing::contents(folder / "net/model.json");
  manifest.replace(manifest.find("\"b\""), 3, "\"a\"");
  testing::write(folder / "net/model.json", manifest);
  ASSERT_EQ(error_in(folder, "./net"), "no error");
  const ModelInfo& model = *find_model((folder / "net").string()).value();
  EXPECT_EQ(model.units[0], "a");
  EXPECT_EQ(model.units[1], "a (2)");
  EXPECT_TRUE(check_stage_plan(model, default_stage_plan(model)).ok());
}

// A set in the working folder, or in a folder of it, names a model without a "/" that would be left.
TEST(TaskSetJson, FindsAModelInTheWorkingFolder) {
  const TemporaryFolder folder;
  write_model(folder, "two");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder / "");
  for (const auto& [named, from] :
       {std::pair("./net", ""), std::pair("../net", "sets"), std::pair("./net/", "")}) {
    const Result<TaskSet> set = parse_task_set(
        set_with(R"({"precision": "fp32", "model": ")" + std::string(named) + R"("})"), "set.json", from);
    EXPECT_TRUE(set.ok()) << named << ": " << (set.ok() ? "" : set.error().message);
  }
  std::filesystem::current_path(before);
}

TEST(TaskSetJson, APipeHasNoFolder) {
  EXPECT_EQ(folder_of_set("/dev/fd/63"), "");
  EXPECT_EQ(folder_of_set("/proc/self/fd/0"), "");
  EXPECT_EQ(folder_of_set("sets/fifo"), "sets");
  EXPECT_EQ(folder_of_set("/dev/shm/set.json"), "/dev/shm");
}

}  // namespace
}  // namespace daris
