#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class Sim : public ProgramTest {
 protected:
  // The flags of the invented GPU, without a task set.
  static Words over_invented_gpu() {
    const Words all = inputs();
    return {all.begin() + 2, all.end()};
  }
};

TEST_F(Sim, WritesAReportToStandardOutputAndNothingElse) {
  const ProgramResult result = simulate(kShort);
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(result.messages, "");
  const Json point = point_of(result.output);
  EXPECT_EQ(point["config"]["policy"], "daris");
  EXPECT_EQ(point["granted_sms"].size(), 8U);
  EXPECT_GT(point["results"]["throughput_jobs_per_s"].get<double>(), 1000.0);
}

TEST_F(Sim, WritesToAFile) {
  const ProgramResult result = simulate(with(kShort, {"-o", path("out/r.json")}));
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(result.output, "");
  EXPECT_FALSE(point_of(read(path("out/r.json"))).is_null());
}

TEST_F(Sim, ReachesTheLoadThatItIsAskedFor) {
  for (const char* const by : {"count", "rate"}) {
    const Json point = point_of(simulate(with(kShort, {"--load", "1.25", "--load-by", by})).output);
    EXPECT_NEAR(point["load_reached"].get<double>(), 1.25, 0.02) << by;
  }
}

// Jobs come at random, so that replications differ.
constexpr char kBursts[] = R"({"schema": "daris.task-set", "version": 1, "name": "bursts", "tasks": [
  {"name": "a", "count": 4, "model": "resnet18", "priority": 0, "rate_hz": 60, "arrival": {"kind": "poisson"}},
  {"name": "b", "count": 4, "model": "resnet18", "priority": 1, "rate_hz": 60, "arrival": {"kind": "poisson"}}]})";

TEST_F(Sim, ReplicatesUntilItIsAsPreciseAsItIsAskedToBe) {
  const std::string set = write("bursts.json", kBursts);
  const Words words = with(kShort, {"--task-set", set, "--precision", "3%"});
  const ProgramResult one = daris(with(with({"sim"}, over_invented_gpu()), with(words, {"--threads", "1"})));
  const ProgramResult four = daris(with(with({"sim"}, over_invented_gpu()), with(words, {"--threads", "4"})));
  ASSERT_EQ(one.exit_code, 0) << one.messages;
  EXPECT_EQ(point_of(one.output), point_of(four.output));
  const Json point = point_of(one.output);
  const Json& confidence = point["confidence"];
  EXPECT_GT(confidence["replications"], 10) << "the first round was not enough";
  const double half_width = confidence["half_width"]["on_time_jobs_per_s"];
  const double reached = half_width / point["results"]["on_time_jobs_per_s"].get<double>();
  EXPECT_LE(reached, 0.03);
  EXPECT_NEAR(point["precision"]["reached"]["on_time_jobs_per_s"].get<double>(), reached, 1e-8);
  EXPECT_EQ(point["precision"]["met"], true);
  EXPECT_EQ(point["warnings"], Json::array());
}

TEST_F(Sim, SaysSoIfTheMostReplicationsWereNotEnough) {
  const std::string set = write("bursts.json", kBursts);
  const ProgramResult result =
      daris(with(with({"sim"}, over_invented_gpu()),
                 with(kShort, {"--task-set", set, "--precision", "0.1%", "--precision-of",
                               "on_time_jobs_per_s,level0_response_p99_ms", "--replications-max", "12"})));
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const Json point = point_of(result.output);
  EXPECT_EQ(point["confidence"]["replications"], 12);
  EXPECT_EQ(point["precision"]["met"], false);
  EXPECT_THAT(result.messages, HasSubstr("warning: precision: 12 replications give on_time_jobs_per_s to "));
  EXPECT_THAT(result.messages, HasSubstr("%, not to 0.1%"));
}

TEST_F(Sim, RefusesAPrecisionThatMakesNoSense) {
  const auto message = [&](const Words& words) {
    const ProgramResult result = simulate(with(kShort, words));
    EXPECT_EQ(result.exit_code, 2);
    return result.messages;
  };
  EXPECT_THAT(message({"--precision", "0"}), HasSubstr("a share from 0.000001 to 1, such as 0.01 or 1%"));
  EXPECT_THAT(message({"--precision", "1000%"}), HasSubstr("\"1000%\" is not a share from"));
  EXPECT_THAT(message({"--precision-of", "x"}), HasSubstr("precision_of: needs a precision, such as 1%"));
  EXPECT_THAT(message({"--precision", "1%", "--replications-max", "5"}),
              HasSubstr("replications_max: 5 is below 10, the replications of the first round"));
  EXPECT_THAT(message({"--precision", "1%", "--precision-of", "level7_loss_rate"}),
              HasSubstr("precision_of: no figure \"level7_loss_rate\"; did you mean"));
}

TEST_F(Sim, WarnsOfAContentionModelOfAnotherGpuButNotOfOneThatIsForAny) {
  const Words words{"sim", "--task-set", "resnet18-paper", "--duration", "200ms", "--warmup", "0s"};
  const std::string warning = "the contention model was fitted on another GPU";
  const ProgramResult any = daris(with(words, {"--model", "no-contention"}));
  EXPECT_EQ(any.exit_code, 0);
  EXPECT_THAT(any.messages, Not(HasSubstr(warning)));
  EXPECT_THAT(daris(with(words, {"--profile", "h200"})).messages, HasSubstr(warning));
}

TEST_F(Sim, CutsTheWarmUpWhereResponseTimesSettle) {
  const std::string log = path("run.jsonl");
  const ProgramResult result =
      simulate({"--duration", "2s", "--warmup-by", "mser5", "--log", log, "--replications", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const Json point = point_of(result.output);
  const Json& warmup = point["warmup"];
  EXPECT_EQ(warmup["method"], "mser-5");
  EXPECT_EQ(warmup["settled"], true);
  EXPECT_EQ(point["config"]["warmup_s"], warmup["cut_s"]);
  EXPECT_EQ(point["config"]["warmup_by"], "mser5");
  EXPECT_NEAR(point["results"]["window_s"].get<double>(), 2 - warmup["cut_s"].get<double>(), 1e-9);
  EXPECT_LT(warmup["jobs_cut"], warmup["jobs"]);
  const std::string report = write("report.json", result.output);
  const ProgramResult again = daris({"sim", "--config", report});
  EXPECT_EQ(point_of(again.output), point) << again.messages;
  EXPECT_EQ(daris({"replay", log}).exit_code, 0);
}

// As the guide has them, over the bundled profile.
TEST_F(Sim, RunsTheScenariosOfMlperf) {
  const auto scenario = [&](const std::string& name, const Words& words) {
    return daris(
        with({"sim", "--task-set", "mlperf-" + name, "--policy", "daris-batched", "--contexts", "1"}, words));
  };
  const ProgramResult single = scenario("single-stream", {"--require-slo"});
  EXPECT_EQ(single.exit_code, 0) << single.messages;
  const Json query = point_of(single.output)["results"]["tasks"][0];
  const double p90 = 20 - query["slo_margin"]["response_p90_ms_max"].get<double>();
  EXPECT_LE(query["response_time_ms"]["p50"].get<double>(), p90 + 1e-6);
  EXPECT_LE(p90, query["response_time_ms"]["p95"].get<double>() + 1e-6);
  EXPECT_LT(query["response_time_ms"]["max"].get<double>(), 20) << "no query meets another one";
  const ProgramResult few = scenario("multi-stream", {"--require-slo"});
  EXPECT_EQ(few.exit_code, 1) << "180 queries don't show a 99th percentile";
  EXPECT_THAT(few.messages, HasSubstr("query (response_p99_ms_max needs 279 more jobs)"));
  EXPECT_EQ(scenario("multi-stream", {"--require-slo", "--duration", "40s"}).exit_code, 0);
  EXPECT_EQ(scenario("server", {"--require-slo", "--duration", "3s"}).exit_code, 0);
  const ProgramResult all = daris({"sim", "--task-set", "mlperf-offline", "--policy", "batching",
                                   "--duration", "0.3s", "--warmup", "0.1s"});
  const Json offline = point_of(all.output)["results"];
  EXPECT_GT(offline["slot_utilization"].get<double>(), 0.95) << "samples always wait";
  EXPECT_GT(offline["throughput_jobs_per_s"].get<double>(), 5000);
}

TEST_F(Sim, PutsTheShareOnLevel0ThatItIsAskedFor) {
  const Json point = point_of(simulate(with(kShort, {"--load", "1", "--priority-mix", "0.5"})).output);
  const Json& levels = point["results"]["levels"];
  EXPECT_NEAR(levels[0]["released"].get<double>(), levels[1]["released"].get<double>(), 200);
}

Json log_header(const std::string& text) { return Json::parse(text.substr(0, text.find('\n'))); }

TEST_F(Sim, GivesEveryTaskTheDeadlineRatioThatItIsAskedFor) {
  const Json own = point_of(simulate(kShort).output);
  const ProgramResult result = simulate(with(
      kShort, {"--load", "1.2", "--load-by", "rate", "--deadline-ratio", "0.5", "--log", path("a.jsonl")}));
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const Json point = point_of(result.output);
  EXPECT_EQ(point["config"]["deadline_ratio"], 0.5);
  EXPECT_FALSE(own["config"].contains("deadline_ratio"));
  const Json header = log_header(read(path("a.jsonl")));
  EXPECT_EQ(header["config"]["deadline_ratio"], 0.5);
  for (const Json& task : header["setup"]["tasks"])
    EXPECT_EQ(task["deadline_ns"], (task["period_ns"].get<std::int64_t>() + 1) / 2);
  EXPECT_EQ(daris({"replay", path("a.jsonl")}).exit_code, 0);
}

// The log's own deadlines hold unless a ratio is given.
TEST_F(Sim, GivesLoggedTasksTheDeadlineRatioThatItIsAskedFor) {
  ASSERT_EQ(simulate(with(kShort, {"--deadline-ratio", "0.5", "--log", path("a.jsonl")})).exit_code, 0);
  for (const auto& [ratio, of_two] : {std::pair("", 1), std::pair("1.5", 3)}) {
    Words words{"--releases", path("a.jsonl"), "--log", path("b.jsonl")};
    if (*ratio != '\0') words = with(words, {"--deadline-ratio", ratio});
    const ProgramResult again = simulate(words);
    ASSERT_EQ(again.exit_code, 0) << again.messages;
    const Json task = log_header(read(path("b.jsonl")))["setup"]["tasks"][0];
    EXPECT_EQ(task["deadline_ns"], (of_two * task["period_ns"].get<std::int64_t>() + 1) / 2) << ratio;
  }
}

TEST_F(Sim, GivesTheSameResultsOnAnyNumberOfThreads) {
  const Words words = with(kShort, {"--replications", "3", "--load", "1.2"});
  const Json one = point_of(simulate(with(words, {"--threads", "1"})).output);
  const Json four = point_of(simulate(with(words, {"--threads", "4"})).output);
  EXPECT_EQ(write_json(one), write_json(four));
  EXPECT_EQ(one["confidence"]["replications"], 3);
}

TEST_F(Sim, DrawsOtherReleasesForAnotherSeed) {
  EXPECT_NE(point_of(simulate(kShort).output)["id"],
            point_of(simulate(with(kShort, {"--seed", "2"})).output)["id"]);
}

TEST_F(Sim, RunsAPointAgainFromItsReport) {
  ASSERT_EQ(
      simulate(with(kShort, {"--load", "1.5", "--set", "bound=0.9", "--contexts", "6", "-o", path("r.json")}))
          .exit_code,
      0);
  const Json first = point_of(read(path("r.json")));
  const ProgramResult again = daris({"sim", "--config", path("r.json"), "--point", first["id"]});
  EXPECT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(write_json(point_of(again.output)), write_json(first));
}

TEST_F(Sim, LetsFlagsWinOverTheConfiguration) {
  const std::string config = write(
      "c.json", R"({"schema": "daris.config", "version": 1, "contexts": 2, "streams": 2, "duration_s": 0.6,
                                      "warmup_s": 0.1, "switches": {"window": 7}})");
  const Json point = point_of(simulate({"--config", config, "--contexts", "3"}).output);
  EXPECT_EQ(point["config"]["contexts"], 3);
  EXPECT_EQ(point["config"]["streams"], 2);
  EXPECT_EQ(point["config"]["switches"]["window"], "7");
}

TEST_F(Sim, ConfinesTheMachine) {
  const Json whole = point_of(simulate(with(kShort, {"--contexts", "2", "--oversubscription", "2"})).output);
  const Json green =
      point_of(simulate(with(kShort, {"--contexts", "2", "--oversubscription", "2", "--sms", "70"})).output);
  const Json mps = point_of(simulate(with(kShort, {"--contexts", "2", "--oversubscription", "2", "--sms",
                                                   "70", "--backend", "mps"}))
                                .output);
  EXPECT_EQ(whole["granted_sms"], Json({132, 132}));
  EXPECT_EQ(green["granted_sms"], Json({64, 64}));  // eight groups of eight
  EXPECT_EQ(mps["granted_sms"], Json({70, 70}));
}

TEST_F(Sim, SaysWhereTheMeasuredLoadEnds) {
  const Json measured = point_of(simulate(kShort).output);
  const Json confined = point_of(simulate(with(kShort, {"--sms", "64"})).output);
  EXPECT_EQ(measured["warnings"].size(), 0U) << measured["warnings"];
  ASSERT_EQ(confined["warnings"].size(), 1U);
  EXPECT_THAT(confined["warnings"][0].get<std::string>(), HasSubstr("front, side"));
}

TEST_F(Sim, NamesTheBatchLimitThatItChose) {
  const Words words = with(kShort, {"--policy", "batching", "--load", "1.5"});
  const Json chosen = point_of(simulate(words).output);
  ASSERT_EQ(chosen["batch_limits"].size(), 1U);
  const std::string limit = chosen["batch_limits"][0].dump();
  const double in_time = chosen["results"]["on_time_jobs_per_s"];
  for (const char* const other : {"1", "2", "4", "8", "16", "32"}) {
    const Json given = point_of(simulate(with(words, {"--batch-limit", other})).output);
    EXPECT_LE(given["results"]["on_time_jobs_per_s"].get<double>(), in_time)
        << other << " instead of " << limit;
  }
}

// 20,000 jobs wait. If each step looked at all of them, this would take minutes.
TEST_F(Sim, ABacklogCostsNoTime) {
  for (const std::string policy : {"batching", "instances", "symphony"})
    EXPECT_EQ(shell("ulimit -t 20; $D sim --task-set mlperf-offline --policy " + policy + " -o r.json"), 0)
        << policy;
}

TEST_F(Sim, SettlesWhatThePolicyFixesBeforeTheId) {
  const Words fixed{"--policy", "clockwork"};
  const Json plain = point_of(simulate(with(kShort, fixed)).output);
  const Json overruled =
      point_of(simulate(with(with(kShort, fixed), {"--contexts", "4", "--streams", "2", "--oversubscription",
                                                   "3", "--set", "bound=0.5"}))
                   .output);
  EXPECT_EQ(plain["id"], overruled["id"]);
  EXPECT_EQ(overruled["config"]["contexts"], 1);
}

TEST_F(Sim, ChecksObjectives) {
  const std::string head =
      R"({"schema": "daris.task-set", "version": 1, "name": "slo", "tasks": [{"name": "t", "count": 8,
                            "model": "resnet18", "priority": 0, "rate_hz": 60, "slo": {"response_p99_ms_max": )";
  const Words flags{"--duration", "1.2s", "--warmup", "0.1s", "--require-slo", "-o", path("r.json")};
  for (const auto& [limit, exit_code] : {std::pair{"1000", 0}, std::pair{"0.001", 1}}) {
    const std::string set = write("slo.json", head + limit + "}}]}");
    const ProgramResult result = daris(with(
        {"sim", "--task-set", set, "--profile", synthetic_profile(), "--model", test_data("contention.json")},
        flags));
    EXPECT_EQ(result.exit_code, exit_code) << result.messages;
    EXPECT_TRUE(exists(path("r.json")));  // the check failed, the run did not
    if (exit_code == 1) {
      EXPECT_THAT(result.messages, HasSubstr("--require-slo: service level objectives are not met: t"));
    }
  }
  const ProgramResult none = simulate(flags);
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.messages, HasSubstr("--require-slo: no task has a service level objective"));
}

TEST_F(Sim, TakesEverySeed) {
  for (const char* const seed : {"0", "9223372036854775807", "9223372036854775808", "18446744073709551615"}) {
    const ProgramResult first = simulate(with(kShort, {"--seed", seed, "-o", path("r.json")}));
    ASSERT_EQ(first.exit_code, 0) << first.messages;
    const Result<Json> report = read_report(path("r.json"));
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report.value()["points"][0]["config"]["seed"].dump(), seed);
    EXPECT_EQ(report.value()["provenance"]["seed"].dump(), seed);
    const ProgramResult again = daris({"sim", "--config", path("r.json"), "-o", path("again.json")});
    ASSERT_EQ(again.exit_code, 0) << again.messages;
    EXPECT_EQ(read_report(path("again.json")).value()["points"], report.value()["points"]);
  }
  EXPECT_EQ(simulate(with(kShort, {"--seed", "18446744073709551616"})).exit_code, 2);
}

// A second is for what the machine has to do besides.
TEST_F(Sim, EndsASecondAfterCtrlCAtMost) {
  const Words words{"sim",   "--task-set", "resnet18-paper", "--load", "1.5", "--duration",
                    "5000s", "-o",         path("r.json")};
  for (const int ms : {50, 300, 1'200, 2'500}) {
    const pid_t process = start(words);
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    ::kill(process, ms == 300 ? SIGTERM : SIGINT);
    const auto told = std::chrono::steady_clock::now();
    const ProgramResult result = wait(process);
    EXPECT_LT(std::chrono::steady_clock::now() - told, std::chrono::seconds(2)) << ms;
    EXPECT_EQ(result.exit_code, 130) << ms << " " << result.messages;
    EXPECT_FALSE(exists(path("r.json"))) << ms;
  }
}

TEST_F(Sim, KeepsTheReplicationsThatWereFinishedOnCtrlC) {
  const Words words{
      "sim", "--task-set", "resnet18-paper", "--duration", "3s", "--replications", "10000", "--threads",
      "2",   "-o",         path("r.json")};
  const pid_t process = start(words);
  std::this_thread::sleep_for(std::chrono::seconds(4));
  ::kill(process, SIGINT);
  const ProgramResult result = wait(process);
  EXPECT_EQ(result.exit_code, 130) << result.messages;
  const Result<Json> report = read_report(path("r.json"));
  ASSERT_TRUE(report.ok()) << report.error().message;
  const Json& point = report.value()["points"][0];
  EXPECT_EQ(point["partial"], true);
  EXPECT_GE(point["confidence"]["replications"], 1);
  EXPECT_THAT(point["warnings"].dump(), HasSubstr("of 10000 replications were finished"));
}

TEST_F(Sim, SaysHowPreciseTheFinishedReplicationsAreOnCtrlC) {
  const Words precise{"--precision", "0.0001%", "--replications", "10000", "--replications-max", "10000"};
  const Words words = with({"sim", "--task-set", write("bursts.json", kBursts), "--duration", "2s"},
                           with(precise, {"--threads", "2", "-o", path("r.json")}));
  const pid_t process = start(words);
  std::this_thread::sleep_for(std::chrono::seconds(4));
  ::kill(process, SIGINT);
  EXPECT_EQ(wait(process).exit_code, 130);
  const Result<Json> report = read_report(path("r.json"));
  ASSERT_TRUE(report.ok()) << report.error().message;
  const Json& point = report.value()["points"][0];
  const std::string finished = point["confidence"]["replications"].dump();
  EXPECT_THAT(point["warnings"].dump(), HasSubstr("precision: " + finished + " replications give"));
}

TEST_F(Sim, CountsReleasesBeforeItFillsTheMemory) {
  const std::string set = write("busy.json", R"({"schema": "daris.task-set", "version": 1, "name": "busy",
      "tasks": [{"name": "a", "count": 2000, "model": "resnet18", "priority": 0, "rate_hz": 1000000}]})");
  for (const Words& more : {Words{"--duration", "20s"}, Words{"--duration", "900s", "--policy", "batching"},
                            Words{"--duration", "20s", "--shape", "auto"}}) {
    const ProgramResult result = daris(with({"sim", "--task-set", set, "-o", path("r.json")}, more));
    EXPECT_EQ(result.exit_code, 3) << result.messages;
    EXPECT_THAT(result.messages, HasSubstr("jobs"));
    EXPECT_EQ(std::count(result.messages.begin(), result.messages.end(), '\n'), 1) << result.messages;
    EXPECT_FALSE(exists(path("r.json")));
  }
}

TEST_F(Sim, TellsAnEnvironmentThatFails) {
  const ProgramResult full = simulate(with(kShort, {"-o", "/dev/full"}));
  EXPECT_EQ(full.exit_code, 3);
  EXPECT_THAT(full.messages, HasSubstr("/dev/full: can't be written: No space left on device"));
  EXPECT_THAT(full.messages, HasSubstr("the report is in daris-report-"));
  const ProgramResult log = simulate(with(kShort, {"--log", "/dev/full", "-o", path("r.json")}));
  EXPECT_EQ(log.exit_code, 3);
  EXPECT_THAT(log.messages, HasSubstr("No space left on device; the report stands all the same"));
  const Result<Json> report = read_report(path("r.json"));
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_THAT(report.value()["points"][0]["warnings"].dump(), HasSubstr("the event log can't be written"));
}

}  // namespace
}  // namespace daris
