// Tests the live runner over a machine of the test's own, which can lose contexts.
#include "experiment/live/live_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "analysis/logs/replay.h"
#include "experiment/point_run.h"
#include "experiment/run_options.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/experiment/live/plain_world.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kMs;
using testing::kNever;
using testing::PlainWorld;

RunConfig short_run(std::uint32_t replications) {
  RunConfig config = testing::small_cnn_run(100);
  config.contexts = 2;
  config.replications = replications;
  return config;
}

TEST(LiveRunner, RunsEveryReplication) {
  PlainWorld world;
  const Json point = world.run(short_run(2));
  EXPECT_EQ(point["confidence"]["replications"], 2);
  EXPECT_EQ(point["partial"], false);
  EXPECT_FALSE(world.mishap.has_value());
  EXPECT_THAT(testing::warnings_of(point), IsEmpty());
  EXPECT_GT(point["results"]["levels"][0]["completed"], 0);
  EXPECT_TRUE(point["saturation"].is_null());
  EXPECT_GT(point["results"]["stage_slowdown"]["mean"], 0) << "the times alone are known";
  const Json& results = point["results"];
  EXPECT_GT(results["release_to_start_ns"]["others"]["count"], 0);
  for (const Json& level : results["levels"]) EXPECT_GT(level["release_to_start_ns"]["others"]["count"], 0);
  EXPECT_TRUE(point["results"]["runtime"]["context_memory_bytes"].is_null()) << "there is no GPU";
  EXPECT_EQ(world.backend->made, std::vector<bool>{true});
}

// A launch that stands still is time which the host took.
TEST(LiveRunner, WarnsOfAHostThatTookMuch) {
  PlainWorld world;
  world.backend->idle = IdleMode::kSpin;
  std::size_t launches = 0;
  world.backend->stage_time = [&](std::uint32_t) {
    if (++launches % 8 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return Duration::from_ns(kMs / 10);
  };
  const Json point = world.run(short_run(2));
  EXPECT_THAT(testing::warnings_of(point),
              ElementsAre(HasSubstr("the host took more than 2% of the time of the scheduler's thread")));
}

// The warm-up takes 160 launches and a replication some 200: the second one is cut off.
TEST(LiveRunner, KeepsWhatWasCountedWhereEveryContextIsLost) {
  PlainWorld world(470);
  const Json point = world.run(short_run(3));
  ASSERT_TRUE(world.mishap.has_value());
  EXPECT_EQ(world.mishap->kind, ErrorKind::kEnvironment);
  EXPECT_THAT(world.mishap->message, HasSubstr("2 of 2 contexts were lost, so that the run ended early"));
  EXPECT_EQ(testing::warnings_of(point)[0], world.mishap->message);
  EXPECT_EQ(point["confidence"]["replications"], 2);
  const Json& level = point["results"]["levels"][0];
  EXPECT_EQ(level["admitted"].get<int>(),
            level["completed"].get<int>() + level["dropped"].get<int>() + level["unfinished"].get<int>());
}

// It is cut to half: the report is of the time in which the contexts were there.
TEST(LiveRunner, CutsTheWindowWhereEveryContextIsLost) {
  PlainWorld world(260);
  const Json point = world.run(short_run(1));
  EXPECT_TRUE(world.mishap.has_value());
  EXPECT_EQ(point["partial"], true);
  EXPECT_LT(point["results"]["window_s"].get<double>(), 0.08);
  EXPECT_GT(point["results"]["throughput_jobs_per_s"].get<double>(), 400) << "12 tasks of 50 Hz";
}

void expect_equal_decisions(const std::filesystem::path& log, const std::string& event) {
  EXPECT_THAT(testing::contents(log), HasSubstr("\"event\":\"" + event + "\""));
  const Result<ReplayOutcome> replayed = replay(log);
  ASSERT_TRUE(replayed.ok()) << replayed.error().message;
  EXPECT_EQ(replayed.value().difference, std::nullopt);
  EXPECT_FALSE(replayed.value().truncated);
}

TEST(LiveRunner, ReportsALaunchThatFailed) {
  const testing::TemporaryFolder folder;
  PlainWorld world(kNever, nullptr, (folder / "log").string());
  world.backend->fails_at = 250;
  const Json point = world.run(short_run(1));
  EXPECT_EQ(point["results"]["launch_failures"], Json({{"device_error", 1}}));
  ASSERT_EQ(testing::warnings_of(point).size(), 1U);
  EXPECT_EQ(testing::warnings_of(point)[0],
            "launches of stages failed (device_error 1), and their jobs were dropped");
  int dropped = 0;
  for (const Json& level : point["results"]["levels"]) dropped += level["dropped"].get<int>();
  EXPECT_EQ(dropped, 1);
  EXPECT_FALSE(world.mishap.has_value());
  expect_equal_decisions(folder / "log", "launch_failed");
}

TEST(LiveRunner, ALogWithLostContextsReplays) {
  const testing::TemporaryFolder folder;
  PlainWorld world(260, nullptr, (folder / "log").string());
  EXPECT_EQ(world.run(short_run(1))["partial"], true);
  expect_equal_decisions(folder / "log", "context_lost");
}

std::string write_injection(const testing::TemporaryFolder& folder, const std::string& disturbances) {
  const std::filesystem::path file = folder / "storm.json";
  testing::write(file,
                 R"({"schema": "daris.injection", "version": 1, "disturbances": [)" + disturbances + "]}");
  return file.string();
}

// A loss that was asked for is no mishap.
TEST(LiveRunner, DisturbsARunAsItsInjectionSays) {
  const testing::TemporaryFolder folder;
  PlainWorld world(kNever, nullptr, (folder / "log").string());
  RunConfig config = short_run(1);
  config.inject = write_injection(folder, R"({"kind": "estimates", "factor": 3},
      {"kind": "context_lost", "context": 1, "at_ms": 50},
      {"kind": "late_releases", "from_ms": 30, "until_ms": 60, "by_ms": 5})");
  const Json point = world.run(config);
  EXPECT_FALSE(world.mishap.has_value());
  EXPECT_EQ(point["partial"], false);
  EXPECT_THAT(
      testing::warnings_of(point),
      ::testing::Contains(HasSubstr("1 of 2 contexts were lost; the run went on in the others, as the "
                                    "injection asked")));
  expect_equal_decisions(folder / "log", "context_lost");
}

TEST(LiveRunner, RefusesDisturbancesThatItCantMake) {
  const testing::TemporaryFolder folder;
  const auto refusal = [&](const std::string& disturbances, std::uint32_t replications) {
    PlainWorld world;
    RunConfig config = short_run(replications);
    config.inject = write_injection(folder, disturbances);
    const Status status = world.runner.check(world.runner.settle(config).value());
    return status.ok() ? std::string() : status.error().message;
  };
  EXPECT_THAT(refusal(R"({"kind": "slowdown", "factor": 2, "from_ms": 0, "until_ms": 9})", 1),
              HasSubstr("can't make stages take longer"));
  const std::string loss = R"({"kind": "context_lost", "context": 1, "at_ms": 50})";
  EXPECT_THAT(refusal(loss, 2), HasSubstr("one replication is possible, not 2"));
  EXPECT_EQ(refusal(loss, 1), "");
}

TEST(LiveRunner, TellsAMachineThatIsMissingFromWrongInput) {
  LiveRunner without_gpu(
      [](const RunConfig&) -> Result<std::shared_ptr<LiveBackend>> { return environment_error("no GPU"); });
  const Result<Point> nowhere = without_gpu.settle(short_run(1));
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().message, "no GPU");
  EXPECT_EQ(nowhere.error().kind, ErrorKind::kEnvironment);
  PlainWorld world;
  RunConfig wrong = short_run(1);
  wrong.task_set = "/nowhere";
  const Result<Point> refused = world.runner.settle(wrong);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kInput);
}

TEST(LiveRunner, ExpectsSetUpAsInEarlierStarts) {
  PlainWorld world;
  RunConfig config = short_run(2);
  config.duration = Duration::from_ns(30'000 * kMs);
  const std::vector<Point> points(3, world.runner.settle(config).value());
  EXPECT_EQ(world.runner.expected_time(points, 3, 1, {}),
            "about 3.0 minutes, and the set-up and warm-up of 6 replications; how long these take is known "
            "once a point is finished");
  // A point runs for 60 s.
  EXPECT_EQ(world.runner.expected_time(points, 3, 1, {2, 140}),
            "about 3.5 minutes, with 5.0 s of set-up and warm-up for each replication, as in earlier starts");
  EXPECT_TRUE(world.backend->made.empty());
}

TEST(LiveRunner, SaysWhatItCantMeasure) {
  PlainWorld world(10);  // gone while warming up
  const Point point = world.runner.settle(short_run(1)).value();
  const Result<PointRun> result = world.runner.run(point, 1, [] { return false; });
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, HasSubstr("closed loop"));
}

TEST(LiveRunner, WarnsThatItFellBackToTheCpu) {
  for (const bool asked : {false, true}) {
    PlainWorld world;
    RunConfig config = short_run(1);
    config.automatic_backend = !asked;
    config.backend = Backend::kCpu;
    const std::vector<std::string> warnings = testing::warnings_of(world.run(config));
    EXPECT_EQ(warnings.size(), asked ? 0U : 1U);
    if (!warnings.empty()) {
      EXPECT_THAT(warnings[0], HasSubstr("no GPU was found"));
    }
  }
}

// Eight tasks in two slots can't be less than one task of each group.
TEST(LiveRunner, WarnsOfALoadThatWholeTasksCantReach) {
  PlainWorld world;
  RunConfig config = short_run(1);
  config.scaling.load = 0.001;
  const Json point = world.run(config);
  EXPECT_GT(point["load_reached"], 0.002);
  EXPECT_THAT(point["warnings"].dump(), HasSubstr("was reached where 0.001 was asked for"));
}

// Two slots of 3 x 0.1 ms a job do 6,667 jobs/s; polls come late, so somewhat less.
TEST(LiveRunner, MeasuresTheSaturationOfItsSlotsBeforeAndAfter) {
  PlainWorld world;
  RunConfig config = short_run(1);
  config.saturation = true;
  const Json point = world.run(config);
  const Json& saturation = point["saturation"];
  const double before = saturation["jobs_per_s_before"].get<double>();
  const double after = saturation["jobs_per_s_after"].get<double>();
  for (const double rate : {before, after})
    EXPECT_THAT(rate, ::testing::AllOf(::testing::Gt(1000), ::testing::Lt(6700)));
  EXPECT_GT(saturation["whole_model_jobs_per_s"].get<double>(), std::max(before, after))
      << "one stage instead of three";
  ASSERT_EQ(saturation["classes"].size(), 1U) << "one model, one precision, one batch";
  EXPECT_EQ(saturation["classes"][0]["tasks"].size(), point["results"]["tasks"].size());
  EXPECT_NEAR(saturation["saturation_share"].get<double>(),
              point["results"]["throughput_jobs_per_s"].get<double>() / ((before + after) / 2), 1e-6);
  EXPECT_EQ(world.backend->made, (std::vector<bool>{true, false}));
}

TEST(LiveRunner, KeepsWhatAStoppedReplicationCounted) {
  PlainWorld world;
  RunConfig config = short_run(1);
  config.duration = Duration::from_ns(60'000 * kMs);
  const auto start = std::chrono::steady_clock::now();
  const Json point =
      world.run(config, [&] { return std::chrono::steady_clock::now() - start > std::chrono::seconds(1); });
  ASSERT_FALSE(point.is_null());
  EXPECT_EQ(point["partial"], true);
  EXPECT_LT(point["results"]["window_s"], 1);
  EXPECT_GT(point["results"]["throughput_jobs_per_s"], 10);
  EXPECT_LE(point["results"]["slot_utilization"], 1);
  EXPECT_THAT(testing::warnings_of(point)[0], HasSubstr("cut after"));
}

TEST(LiveRunner, RunsAllPointsInAnyOrder) {
  PlainWorld world;
  std::vector<Point> points;
  for (const char* const policy : {"daris", "edf", "fifo"}) {
    RunConfig config = short_run(2);
    config.policy = policy;
    points.push_back(world.runner.settle(config).value());
  }
  std::map<std::size_t, int> done;
  const auto take = [&](std::size_t i, Json point) -> Status {
    ++done[i];
    EXPECT_EQ(point["id"], points[i].id);
    EXPECT_EQ(point["confidence"]["replications"], 2);
    return {};
  };
  const auto fail_test = [](std::size_t, const Error& reason) { ADD_FAILURE() << reason.message; };
  EXPECT_TRUE(world.runner
                  .run_all(
                      points, 1, [] { return false; }, take, fail_test)
                  .ok());
  EXPECT_EQ(done, (std::map<std::size_t, int>{{0, 1}, {1, 1}, {2, 1}}));
}

TEST(LiveRunner, RunsTheOtherPointsIfOneCannotBeSetUp) {
  PlainWorld world;
  world.backend->refuses = [](const LiveWork& work) { return work.contexts == 3; };
  std::vector<Point> points;
  for (const std::uint32_t contexts : {2U, 3U, 4U}) {
    RunConfig config = short_run(2);
    config.contexts = contexts;
    points.push_back(world.runner.settle(config).value());
  }
  std::vector<std::size_t> done;
  std::map<std::size_t, std::string> failed;
  const Status status = world.runner.run_all(
      points, 1, [] { return false; },
      [&](std::size_t i, const Json&) -> Status {
        done.push_back(i);
        return {};
      },
      [&](std::size_t i, const Error& reason) { failed[i] += reason.message; });
  EXPECT_TRUE(status.ok());
  EXPECT_THAT(done, ::testing::UnorderedElementsAre(0, 2));
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[1], "the GPU's memory is too small") << "once, though it has two replications";
}

TEST(LiveRunner, BeginsNoPointWithoutLeave) {
  PlainWorld world;
  std::vector<Point> points;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    RunConfig config = short_run(2);
    config.seed = seed;
    points.push_back(world.runner.settle(config).value());
  }
  std::vector<std::string> asked;
  world.runner.may_begin = [&](const Point& point) {
    asked.push_back(point.id);
    return asked.size() <= 2;
  };
  std::vector<std::string> done;
  const Status status = world.runner.run_all(
      points, 1, [] { return false; },
      [&](std::size_t i, const Json& point) -> Status {
        EXPECT_EQ(point["confidence"]["replications"], 2);
        done.push_back(points[i].id);
        return {};
      },
      [](std::size_t, const Error& reason) { ADD_FAILURE() << reason.message; });
  EXPECT_TRUE(status.ok());
  ASSERT_EQ(asked.size(), 3U) << "once for each point";
  asked.pop_back();
  EXPECT_EQ(done, asked) << "what has begun is finished";
}

TEST(LiveRunner, EndsIfAStageStillHangs) {
  PlainWorld world;
  world.backend->refuses = [](const LiveWork& work) { return work.contexts == 2; };
  world.backend->stuck = true;
  std::vector<Point> points;
  for (const std::uint32_t contexts : {2U, 3U}) {
    RunConfig config = short_run(1);
    config.contexts = contexts;
    points.push_back(world.runner.settle(config).value());
  }
  std::size_t done = 0;
  std::size_t failed = 0;
  const Status status = world.runner.run_all(
      points, 1, [] { return false; },
      [&](std::size_t, const Json&) -> Status {
        ++done;
        return {};
      },
      [&](std::size_t, const Error&) { ++failed; });
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(failed, 1U);
  EXPECT_EQ(done, 0U);
}

// The same task set then runs as in the simulator, by the same estimates.
TEST(LiveRunner, TakesLoadAndEstimatesOfAProfileOnAGpu) {
  PlainWorld world(kNever, std::make_unique<Nvml>(DARIS_FAKE_NVML));
  world.backend->pci = "0000:01:00.0";
  RunConfig config = short_run(1);
  config.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
  config.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
  config.scaling.load = 0.1;
  const Point point = world.runner.settle(config).value();
  ASSERT_TRUE(world.runner.check(point).ok());
  const Json live = world.runner.run(point, 1, [] { return false; }).value().point.value();
  EXPECT_GT(live["stage_times"]["used"], 0);
  EXPECT_GT(live["loads"][0]["saturation_jobs_per_s"], 0);
  EXPECT_THAT(live["warnings"].dump(), HasSubstr("is of another GPU or driver"));
  EXPECT_EQ(world.backend->made, std::vector<bool>{true}) << "no capacity was measured";
  EXPECT_TRUE(world.runner.provenance(point).profile_sha256.has_value());
}

TEST(LiveRunner, SaysOnceThatNvmlIsMissing) {
  PlainWorld world(kNever, std::make_unique<Nvml>("libno-such-thing.so.1"));
  world.backend->pci = "0000:01:00.0";
  const Json point = world.run(short_run(2));
  ASSERT_EQ(testing::warnings_of(point).size(), 1U);
  EXPECT_THAT(testing::warnings_of(point)[0], HasSubstr("NVML"));
  EXPECT_TRUE(point["results"]["energy_j_per_job"].is_null());
  EXPECT_TRUE(point["results"]["runtime"]["clock_mhz_start"].is_null());
}

TEST(LiveRunner, ReportsWhatNvmlTells) {
  PlainWorld world(kNever, std::make_unique<Nvml>(DARIS_FAKE_NVML));
  world.backend->pci = "0000:01:00.0";
  RunConfig config = short_run(1);
  world.backend->context_memory_bytes = {4'000'000'000, 5};
  config.duration = Duration::from_ns(1'300 * kMs);
  const Json results = world.run(config)["results"];
  const double watts =
      results["energy_j_per_job"].get<double>() * results["throughput_jobs_per_s"].get<double>();
  EXPECT_NEAR(watts, 100, 10);
  EXPECT_EQ(results["runtime"]["clock_mhz_start"], 1980);
  EXPECT_EQ(results["runtime"]["clock_mhz_end"], 1980);
  EXPECT_EQ(results["runtime"]["gpu_memory_bytes"], 3'000'000'000);
  EXPECT_EQ(results["runtime"]["context_memory_bytes"], Json({4'000'000'000, 5}));
}

// The task set and the GPU of a simulated run, in an open shape.
RunConfig automatic_run() {
  RunConfig config = short_run(2);
  config.task_set = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/cameras.json";
  config.policy = "edf";
  config.automatic_shape = true;
  return config;
}

TEST(LiveRunner, ChoosesAShapeByTheNamedProfile) {
  PlainWorld world;
  world.backend->pci = "0000:00:00.0";
  RunConfig config = automatic_run();
  config.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
  config.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
  const Json point = world.run(config);
  ASSERT_TRUE(point.contains("shape"));
  EXPECT_EQ(point["shape"]["profile"], config.profile);
  EXPECT_EQ(point["granted_sms"].size(), point["shape"]["contexts"].get<std::size_t>());
  EXPECT_EQ(point["config"]["shape"], "auto");
}

// No single context stands for the shape that is not chosen yet.
TEST(LiveRunner, ChecksTheShapesThatWouldBeTried) {
  PlainWorld world;
  world.backend->pci = "0000:00:00.0";
  RunConfig config = automatic_run();
  config.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
  config.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
  config.policy = "daris-batched";
  const auto refusal_with = [&](const char* reserve) {
    EXPECT_TRUE(set_run_switch(config, "reserve", reserve).ok());
    const Status status = world.runner.check(world.runner.settle(config).value());
    return status.ok() ? std::string() : status.error().message;
  };
  EXPECT_EQ(refusal_with("2"), "");
  EXPECT_THAT(refusal_with("99"), HasSubstr("it keeps 99 of 10 slots"));
}

TEST(LiveRunner, RefusesToChooseAShapeWithoutAModelOfTheMachine) {
  PlainWorld world;
  EXPECT_THAT(world.runner.settle(automatic_run()).error().message, HasSubstr("backend cpu has none"));
  world.backend->pci = "0000:00:00.0";
  EXPECT_THAT(world.runner.settle(automatic_run()).error().message,
              HasSubstr("none of \"plain\" is bundled; name one with --profile"));
}

}  // namespace
}  // namespace daris
