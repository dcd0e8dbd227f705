// `--inject` through the program: each kind of disturbance shows in the run, and its log replays by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

std::string document_of(const std::string& disturbance) {
  return R"({"schema": "daris.injection", "version": 1, "disturbances": [)" + disturbance + "]}";
}

std::vector<Json> lines_of(const std::string& text) {
  std::vector<Json> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(parse_json(text.substr(at, text.find('\n', at) - at), "log").value());
  return lines;
}

class Inject : public ProgramTest {
 protected:
  static constexpr std::int64_t kMs = 1'000'000;

  ProgramResult disturbed(const std::string& disturbance, const Words& more = {}) const {
    Words words{
        "--duration", "0.5s",       "--warmup", "0.1s",     "--load",
        "0.8",        "--contexts", "4",        "--inject", write("storm.json", document_of(disturbance))};
    words.insert(words.end(), more.begin(), more.end());
    return simulate(words);
  }

  // The lines of the log of such a run, which replays.
  std::vector<Json> log_of(const std::string& disturbance, const Words& more = {}) const {
    Words words{"--log", path("log.jsonl"), "-o", path("report.json")};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramResult run = disturbed(disturbance, words);
    EXPECT_EQ(run.exit_code, 0) << run.messages;
    EXPECT_EQ(daris({"replay", path("log.jsonl")}).exit_code, 0) << disturbance;
    return lines_of(read(path("log.jsonl")));
  }

  std::vector<Json> undisturbed_log() const {
    const Words words{"--duration", "0.5s",           "--warmup", "0.1s",  "--load",
                      "0.8",        "--contexts",     "4",        "--log", path("calm.jsonl"),
                      "-o",         path("calm.json")};
    EXPECT_EQ(simulate(words).exit_code, 0);
    return lines_of(read(path("calm.jsonl")));
  }
};

TEST_F(Inject, TellsThePolicyWrongEstimates) {
  const Json calm = undisturbed_log().front()["setup"]["tasks"];
  for (const std::string policy : {"daris", "daris-batched", "batching"}) {
    const Json told =
        log_of(R"({"kind": "estimates", "factor": 2, "models": ["resnet18"]})", {"--policy", policy})
            .front()["setup"];
    if (policy != "daris") {
      EXPECT_FALSE(told["batch_groups"].empty());
      continue;
    }
    for (std::size_t task = 0; task < calm.size(); ++task) {
      const std::int64_t right = calm[task]["stage_estimates_ns"][0];
      EXPECT_EQ(told["tasks"][task]["stage_estimates_ns"][0], 2 * right) << task;
    }
  }
}

TEST_F(Inject, LosesAContext) {
  std::vector<std::string> lost;
  for (const Json& line : log_of(R"({"kind": "context_lost", "context": 2, "at_ms": 300})")) {
    if (line.value("event", "") == "context_lost")
      lost.push_back(line["now_ns"].dump() + " " + line["context"].dump());
    const bool later = line.value("decision", "") == "launch_stage" && line["now_ns"] > 300 * kMs;
    EXPECT_FALSE(later && line["slot"] == 2);
  }
  EXPECT_EQ(lost, std::vector<std::string>{"300000000 2"});
}

TEST_F(Inject, SlowsStagesDown) {
  double calm_ns = 0;
  double slow_ns = 0;
  for (const Json& line : undisturbed_log()) {
    if (line.value("event", "") == "stage_finished" && line["started_ns"] > 200 * kMs &&
        line["now_ns"] < 300 * kMs)
      calm_ns = std::max(calm_ns, line["execution_ns"].get<double>() / line["alone_ns"].get<double>());
  }
  const std::string slow =
      R"({"kind": "slowdown", "factor": 20, "from_ms": 200, "until_ms": 300, "context": 1})";
  for (const Json& line : log_of(slow)) {
    if (line.value("event", "") != "stage_finished" || line["slot"] != 1) continue;
    if (line["started_ns"] < 201 * kMs || line["started_ns"] > 299 * kMs) continue;
    const double took = line["execution_ns"].get<double>() / line["alone_ns"].get<double>();
    EXPECT_GE(took, 20 * 0.999);
    slow_ns = std::max(slow_ns, took);
  }
  EXPECT_GT(calm_ns, 0);
  EXPECT_GT(slow_ns, calm_ns);
}

TEST_F(Inject, TellsOfReleasesLate) {
  int late = 0;
  for (const Json& line :
       log_of(R"({"kind": "late_releases", "from_ms": 200, "until_ms": 300, "by_ms": 15})")) {
    if (line.value("event", "") != "job_released") continue;
    const std::int64_t nominal = line["nominal_release_ns"];
    const std::int64_t delay = line["now_ns"].get<std::int64_t>() - nominal;
    const bool inside = nominal >= 200 * kMs && nominal < 300 * kMs;
    EXPECT_TRUE(!inside || delay == 15 * kMs) << nominal;
    late += delay > 0 ? 1 : 0;
  }
  EXPECT_GT(late, 10);
}

// What begins at the run's end or later does not happen, though jobs run on until then.
TEST_F(Inject, DisturbsNothingAtTheRunsEnd) {
  for (const Json& line : log_of(R"({"kind": "context_lost", "context": 2, "at_ms": 500})"))
    EXPECT_NE(line.value("event", ""), "context_lost");
  EXPECT_THAT(point_of(read(path("report.json")))["warnings"].dump(), HasSubstr("lie behind the run's end"));
}

TEST_F(Inject, EndsThoughReleasesAreHeldBackForAges) {
  const std::vector<Json> log =
      log_of(R"({"kind": "late_releases", "from_ms": 0, "until_ms": 1000000000, "by_ms": null})");
  EXPECT_LT(log.back()["end_ns"], 1000 * kMs);
  EXPECT_THAT(point_of(read(path("report.json")))["warnings"].dump(),
              HasSubstr("holds releases back for longer than the run"));
}

// `--contexts` of disturbed() contradicts it.
TEST_F(Inject, LosesAContextOfAShapeThatIsChosen) {
  const auto run = [&](int context) {
    const std::string loss =
        R"({"kind": "context_lost", "at_ms": 150, "context": )" + std::to_string(context);
    return simulate({"--duration", "0.3s", "--warmup", "0.1s", "--load", "0.5", "--shape", "auto", "--inject",
                     write("storm.json", document_of(loss + "}")), "-o", path("report.json")});
  };
  const ProgramResult lost = run(7);
  EXPECT_EQ(lost.exit_code, 0) << lost.messages;
  for (const Json& tried : point_of(read(path("report.json")))["shape"]["tried"])
    EXPECT_GT(tried["contexts"], 7) << tried;
  const ProgramResult none = run(10);
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.messages,
              HasSubstr("storm.json: disturbs context 10; the run has 10, and they are numbered "
                        "from 0 (shape \"auto\" tries no shape with more)"));
}

// How long a sweep will take is seen from a piece of it, in one of the shapes.
TEST_F(Inject, LosesAContextOfAShapeThatASweepChooses) {
  const std::string storm =
      write("storm.json", document_of(R"({"kind": "context_lost", "at_ms": 20, "context": 7})"));
  const std::string sweep =
      write_sweep("s.json", R"({"load": [0.5, 0.8], "shape": "auto", "inject": ")" + storm + R"("})");
  const ProgramResult dry = daris({"sweep", sweep, "-o", path("sweep"), "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.messages;
  EXPECT_EQ(daris({"sweep", sweep, "-o", path("sweep")}).exit_code, 0);
}

TEST_F(Inject, CountsInThePointsIdByItsContents) {
  const std::string loss = R"({"kind": "context_lost", "context": 2, "at_ms": 300})";
  const Json first = point_of(disturbed(loss).output);
  EXPECT_EQ(first["config"]["inject"], path("storm.json"));
  const ProgramResult renamed =
      simulate({"--duration", "0.5s", "--warmup", "0.1s", "--load", "0.8", "--contexts", "4", "--inject",
                write("other-name.json", document_of(loss))});
  EXPECT_EQ(point_of(renamed.output)["id"], first["id"]);
  EXPECT_NE(point_of(disturbed(R"({"kind": "context_lost", "context": 2, "at_ms": 301})").output)["id"],
            first["id"]);
  undisturbed_log();
  const Json calm = point_of(read(path("calm.json")));
  EXPECT_NE(calm["id"], first["id"]);
  EXPECT_FALSE(calm["config"].contains("inject"));
}

TEST_F(Inject, IsAnAxisOfASweepAndLiesBesideItsFile) {
  write("storm.json", document_of(R"({"kind": "context_lost", "context": 1, "at_ms": 300})"));
  const std::string sweep = write_sweep("s.json", R"({"contexts": 2, "inject": [null, "storm.json"]})");
  const ProgramResult run = daris({"sweep", sweep, "-o", path("out")});
  ASSERT_EQ(run.exit_code, 0) << run.messages;
  ASSERT_EQ(daris({"merge", path("out"), "-o", path("merged.json")}).exit_code, 0);
  const Json points = parse_report(read(path("merged.json")), "merged").value()["points"];
  ASSERT_EQ(points.size(), 2U);
  EXPECT_FALSE(points[0]["config"].contains("inject"));
  EXPECT_EQ(points[1]["config"]["inject"], path("storm.json"));
}

TEST_F(Inject, RefusesWhatIsNoInjectionOrDoesNotFit) {
  const auto refused = [&](const std::string& disturbance, const std::string& message) {
    const ProgramResult run = disturbed(disturbance, {"-o", path("none.json")});
    EXPECT_EQ(run.exit_code, 2) << disturbance;
    EXPECT_THAT(run.messages, HasSubstr(message));
    EXPECT_EQ(std::count(run.messages.begin(), run.messages.end(), '\n'), 1) << run.messages;
  };
  refused(R"({"kind": "context_lost", "context": 4, "at_ms": 3})",
          "storm.json: disturbs context 4; the run has 4");
  refused(R"({"kind": "estimates", "factor": -1})", "storm.json: disturbances[0].factor: -1 is out of range");
  refused(R"({"kind": "estimates", "factor": 1, "models": ["vgg"]})", "has estimates of model \"vgg\"");
  EXPECT_THAT(simulate({"--inject", path("missing.json")}).messages,
              HasSubstr("missing.json: can't be read"));
  const std::string storm = write("storm.json", document_of(R"({"kind": "estimates", "factor": 2})"));
  EXPECT_THAT(simulate({"--inject", storm, "-o", storm}).messages, HasSubstr("would be written over"));
}

}  // namespace
}  // namespace daris
