// `daris validate` on the committed live reports: the standing check of the simulator, and what the command
// does with its files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/write.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

const std::string kReports = std::string(DARIS_SOURCE_FOLDER) + "/analysis/results/h100-80gb-hbm3/";

// Small, and of every mechanism: green contexts, MPS, streams; DARIS and its rivals; batches of jobs, batches
// in one slot, in several contexts without a scheduler and by `daris-batched` on green contexts and MPS; logs
// with their own releases.
std::vector<std::string> standing_points() {
  std::vector<std::string> files;
  for (const char* const name :
       {"best.json", "best-streams.json", "batch.json", "rivals.json", "own-weights.json",
        "batched/resnet18-paper-instances.json", "batched/unet-paper-instances.json",
        "batched/mixed-paper-instances.json", "batched/resnet18-paper-batching.json",
        "batched/unet-paper-fp16-batching.json", "batched/resnet18-paper-batched.json",
        "batched/resnet18-paper-batched-mps.json", "batched/unet-paper-batched.json",
        "batched/mixed-paper-fp16-batched.json", "batched/inception-v3-paper-fp16-batched.json"})
    files.push_back(kReports + name);
  for (const char* const name : {"green.jsonl", "green-batching.jsonl", "streams.jsonl", "mps.jsonl"})
    files.push_back(test_data("live-logs") + "/" + name);
  return files;
}

std::string baseline() { return test_data("validation-baseline.json"); }

class Validate : public ProgramTest {
 protected:
  // Runs the command on `files` with `words`, its document in out.json.
  [[nodiscard]] ProgramResult validate(std::vector<std::string> files,
                                       const std::vector<std::string>& words = {}) const {
    files.insert(files.begin(), "validate");
    files.insert(files.end(), words.begin(), words.end());
    files.insert(files.end(), {"-o", path("out.json")});
    return daris(files);
  }
  [[nodiscard]] Json document() const { return Json::parse(read(path("out.json"))); }
};

// After a change that is worth it, run with DARIS_RECORD=1: that writes the baseline anew.
TEST_F(Validate, TheSimulatorIsNoWorseThanItWas) {
  if (std::getenv("DARIS_RECORD") != nullptr) {
    EXPECT_EQ(validate(standing_points(), {"--brief"}).exit_code, 0);
    Json recorded = document();
    recorded["provenance"]["command"] = recorded["provenance"]["commit"] = nullptr;
    for (const char* const list : {"groups", "worst"}) recorded[list] = Json::array();
    std::ofstream(baseline()) << write_json(recorded);
    return;
  }
  const ProgramResult result = validate(standing_points(), {"--baseline", baseline(), "--brief"});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  const Json coverage = document().at("coverage");
  EXPECT_EQ(coverage.at("live_points"), coverage.at("simulated"));
  for (const Json& figure : document().at("summary")) {
    if (figure["figure"] == "energy_j_per_job") {
      EXPECT_GT(figure["points"], 100) << "it is checked too";
    }
  }
}

TEST_F(Validate, AWorseModelIsNoticed) {
  Json model =
      Json::parse(read(std::string(DARIS_SOURCE_FOLDER) + "/sim/data/contention/h100-80gb-hbm3.json"));
  for (Json& backend : model["backends"])
    backend["cache_gb_per_s"]["value"] = backend["cache_gb_per_s"]["value"].get<double>() / 4;
  const std::string worse = write("worse.json", model.dump());
  const ProgramResult result =
      validate(standing_points(), {"--baseline", baseline(), "--model", worse, "--no-table"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.messages, HasSubstr("throughput_jobs_per_s: mean was"));
}

TEST_F(Validate, TheDocumentObeysItsSchemaAndTheTableSaysTheSame) {
  const ProgramResult result = validate({kReports + "best-streams.json"});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  const Json schema = Json::parse(daris({"schema", "daris.validation"}).output);
  EXPECT_TRUE(validate_document(schema, document(), "out.json").ok());
  EXPECT_THAT(result.messages, HasSubstr("4 of 4 live points are simulated"));
  EXPECT_THAT(result.messages, HasSubstr("unet-paper, daris, streams 6 x 1 OS 6, load 1.5"));
  EXPECT_THAT(result.messages, HasSubstr("worst in throughput:"));
  ASSERT_EQ(document().at("points").size(), 4U);
  const Json point = document().at("points").at(0);
  EXPECT_EQ(point["runs"], 5);
  EXPECT_EQ(point["figures"][0]["figure"], "throughput_jobs_per_s");
  EXPECT_TRUE(point["figures"][0]["spread"].is_number());
  for (const Json& one : point["differences"]) EXPECT_NE(one["field"], "tasks");  // the live ones
}

TEST_F(Validate, BytesDoNotDependOnThreads) {
  EXPECT_EQ(validate({kReports + "best-streams.json"}, {"--threads", "1"}).exit_code, 0);
  Json one = document();
  EXPECT_EQ(validate({kReports + "best-streams.json"}, {"--threads", "3"}).exit_code, 0);
  Json three = document();
  for (Json* const made : {&one, &three}) (*made)["provenance"]["command"] = nullptr;
  EXPECT_EQ(one, three);
}

TEST_F(Validate, TolerancesDecideTheExitCode) {
  const std::string head = R"({"schema": "daris.tolerances", "version": 1, "limits": [)";
  const std::string loose =
      write("loose.json", head + R"({"figure": "throughput_jobs_per_s", "mean": 0.9}]})");
  const std::string tight =
      write("tight.json", head + R"({"figure": "throughput_jobs_per_s", "mean": 0.0001}]})");
  EXPECT_EQ(validate({kReports + "best-streams.json"}, {"--tolerances", loose}).exit_code, 0);
  const ProgramResult past =
      validate({kReports + "best-streams.json"}, {"--tolerances", tight, "--no-table"});
  EXPECT_EQ(past.exit_code, 1);
  EXPECT_THAT(past.messages, HasSubstr("throughput_jobs_per_s: mean"));
  EXPECT_TRUE(exists(path("out.json")));
}

TEST_F(Validate, NothingThatWasCheckedIsNoPass) {
  const std::vector<std::string> none{kReports + "faults/killed-workers-all.json"};
  const std::string limits = write("limits.json", R"({"schema": "daris.tolerances", "version": 1,
      "coverage_min": 0, "limits": []})");
  const ProgramResult by_limits = validate(none, {"--tolerances", limits});
  EXPECT_EQ(by_limits.exit_code, 1);
  EXPECT_THAT(by_limits.messages, HasSubstr("no point could be simulated, so nothing was checked"));
  const std::string before = write("before.json", read(path("out.json")));
  EXPECT_EQ(validate(none, {"--baseline", before}).exit_code, 1);
  EXPECT_EQ(validate(none).exit_code, 0) << "nothing was to be checked";
  for (const char* const rest : {R"("limits": []})", R"("limits": [{"figure": "loss_rate"}]})"}) {
    const std::string vague =
        write("vague.json", std::string(R"({"schema": "daris.tolerances", "version": 1, )") + rest);
    EXPECT_EQ(validate({kReports + "best-streams.json"}, {"--tolerances", vague}).exit_code, 2) << rest;
  }
}

// The same live report, whose task set was changed in one way after the other.
TEST_F(Validate, ATaskSetThatWasChangedSinceIsNotTheLiveRuns) {
  const std::string bundled = DARIS_SOURCE_FOLDER "/workloads/task_sets/resnet18-paper.json";
  Json report = Json::parse(read(kReports + "batched/resnet18-paper-batching.json"));
  report["points"][0]["config"]["task_set"] = "own.json";
  const std::string live = write("live.json", write_json(report));
  write("own.json", read(bundled));
  EXPECT_EQ(validate({live}).exit_code, 0);
  EXPECT_EQ(document().at("coverage").at("simulated"), 1);
  for (const auto& [key, value] : {std::pair("model", Json("unet")), std::pair("batch", Json(4))}) {
    Json set = Json::parse(read(bundled));
    for (Json& task : set["tasks"]) task[key] = value;
    write("own.json", write_json(set));
    EXPECT_EQ(validate({live}).exit_code, 0);
    EXPECT_EQ(document().at("coverage").at("simulated"), 0) << key;
    EXPECT_THAT(document().at("not_simulated")[0]["reason"].get<std::string>(),
                HasSubstr("own.json\", or a file that it names has other bytes than in the live run"));
  }
}

TEST_F(Validate, CopiesCountOnce) {
  const std::string report = kReports + "best-streams.json";
  const std::string log = test_data("live-logs") + "/streams.jsonl";
  ASSERT_EQ(validate({report, log}).exit_code, 0);
  const Json once = document();
  const std::string second = write("copy.jsonl", read(log));
  const ProgramResult copies = validate({report, report, log, second, report});
  EXPECT_EQ(copies.exit_code, 0);
  EXPECT_THAT(copies.messages, HasSubstr("left out as copies of others: 9 live points"));
  EXPECT_EQ(document().at("coverage"), once.at("coverage"));
  EXPECT_EQ(document().at("summary"), once.at("summary"));
}

TEST_F(Validate, ALogThatIsCutOffIsLeftOut) {
  const std::string log = read(test_data("live-logs") + "/streams.jsonl");
  const std::string cut = write("cut.jsonl", log.substr(0, log.size() / 2));
  EXPECT_EQ(validate({kReports + "best-streams.json", cut}).exit_code, 0);
  EXPECT_EQ(document().at("not_simulated").size(), 1U);
  EXPECT_EQ(document().at("not_simulated")[0]["reason"], "the run was cut short");
}

TEST_F(Validate, CoverageHasReasons) {
  const ProgramResult result =
      validate({kReports + "schedule-green.json", kReports + "faults/killed-workers-all.json"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.messages, HasSubstr("0 of 2 live points are simulated"));
  const Json made = document();
  EXPECT_EQ(made.at("coverage").at("simulated"), 0);
  EXPECT_EQ(made.at("coverage").at("reasons").size(), 2U);
  EXPECT_EQ(made.at("not_simulated").size(), 2U);
}

TEST_F(Validate, ALogIsAPointWithItsOwnReleases) {
  EXPECT_EQ(validate({test_data("live-logs") + "/streams.jsonl"}).exit_code, 0);
  const Json point = document().at("points").at(0);
  EXPECT_TRUE(point["gpu"].is_null());
  EXPECT_THAT(point["label"].get<std::string>(), HasSubstr("streams 2 x 2"));
}

TEST_F(Validate, LiveDecisionsAreATwinPredictionOfALog) {
  const std::string log = test_data("live-logs") + "/streams.jsonl";
  const ProgramResult result = validate({log, kReports + "best-streams.json"}, {"--schedule"});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  const Json made = document();
  EXPECT_EQ(made.at("schedule").at("points"), 1);
  EXPECT_TRUE(made.at("points")[0]["scheduled"]["reason"].is_null());
  const Json& throughput = made.at("points")[0]["scheduled"]["figures"][0];
  EXPECT_EQ(throughput["figure"], "throughput_jobs_per_s");
  EXPECT_TRUE(throughput["error"].is_number());
  EXPECT_THAT(made.at("points")[1]["scheduled"]["reason"].get<std::string>(), HasSubstr("no decisions"));
  EXPECT_THAT(result.messages, HasSubstr("live decisions"));
}

TEST_F(Validate, HardPointsAreHeldAgainstPredictionsWithoutContention) {
  const ProgramResult result = validate({kReports + "best-streams.json"}, {"--references"});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  const Json made = document();
  ASSERT_EQ(made.at("references").size(), 3U);
  const auto error = [&](std::size_t of) {
    return made.at("references")[of]["summary"][0]["mean"].get<double>();
  };
  EXPECT_LT(error(0), error(1));
  EXPECT_LT(error(0), error(2));
  EXPECT_THAT(result.messages, HasSubstr("min(offered, saturation)"));
}

TEST_F(Validate, ShapesAreRankedOnBothSides) {
  EXPECT_EQ(validate({kReports + "grid-streams.json"}).exit_code, 0);
  const Json rankings = document().at("rankings");
  ASSERT_EQ(rankings.size(), 4U);
  for (const Json& ranking : rankings) {
    EXPECT_EQ(ranking["shapes"], 7);
    EXPECT_GT(ranking["tau_b"], 0);
  }
}

// What a terminal of so many columns shows of the command on one report.
std::string shown_on_terminal(unsigned short columns, const std::string& document) {
  int terminal = -1;
  const winsize size{24, columns, 0, 0};
  const std::string report = kReports + "best-streams.json";
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    ::execl(DARIS_PROGRAM, DARIS_PROGRAM, "validate", report.c_str(), "-o", document.c_str(), nullptr);
    ::_exit(126);
  }
  std::string text;
  std::array<char, 4096> chunk{};
  for (ssize_t count = 0; (count = ::read(terminal, chunk.data(), chunk.size())) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(count));
  ::close(terminal);
  ::waitpid(child, nullptr, 0);
  return text;
}

TEST_F(Validate, TablesFitTheTerminalAndBeginBelowTheProgress) {
  for (const unsigned short columns : std::vector<unsigned short>{40, 80}) {
    const std::string text = shown_on_terminal(columns, path("out.json"));
    EXPECT_THAT(text, HasSubstr("4/4 points"));
    EXPECT_THAT(text, HasSubstr("\r\npoint  "));
    std::istringstream lines(text.substr(text.find("\r\npoint  ")));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), std::size_t{columns} + 1) << line;
  }
}

TEST_F(Validate, WrongInputIsRefused) {
  const auto refuses = [&](const std::vector<std::string>& files, const std::vector<std::string>& words,
                           const std::string& why) {
    const ProgramResult result = validate(files, words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.messages, HasSubstr(why));
    EXPECT_FALSE(exists(path("out.json")));
  };
  const std::string live = kReports + "best-streams.json";
  refuses({path("none.json")}, {}, "none.json");
  refuses({std::string(DARIS_SOURCE_FOLDER) + "/analysis/results/ablations/report.json"}, {},
          "a live report");
  refuses({live}, {"--profile", "h100-80gb-hbm"}, "h100-80gb-hbm3");
  refuses({live}, {"--tolerances", live}, "\"daris.tolerances\" is needed");
  refuses({live}, {"--baseline", live}, "best-streams.json: ");
  refuses({}, {}, "LIVE");
}

}  // namespace
}  // namespace daris
