// `--policy merged`, simulated: from a profile that has merged networks, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Words = std::vector<std::string>;

class Merged : public ProgramTest {
 protected:
  // 11 tasks of small_cnn, which need a network of 8 and another one for the rest.
  std::string write_tasks(const std::string& weights) const {
    return write("tasks.json",
                 R"({"schema": "daris.task-set", "version": 1, "name": "own", "tasks": [
      {"name": "urgent", "count": 4, "model": "small_cnn", "rate_hz": 5000, "weights": ")" +
                     weights + R"("},
      {"name": "other", "count": 7, "model": "small_cnn", "priority": 1, "rate_hz": 5000, "weights": ")" +
                     weights + R"("}]})");
  }

  // The invented profile, in which 8 merged networks take as long as `times` single ones.
  std::string write_profile_with_merged(int times) const {
    Json profile = parse_json(read(synthetic_profile()), "profile").value();
    Json merged;
    for (const Json& model : profile["models"]) {
      if (model["model"] != "small_cnn" || model["precision"] != "tf32") continue;
      merged = model;
      merged["model"] = "small_cnn-merged8";
      merged["batches"] = {model["batches"][0]};
    }
    Json& batch = merged["batches"][0];
    batch["batch"] = 8;
    for (Json& alone : batch["times"]) {
      for (Json& ns : alone["whole_ns"]) ns = times * ns.get<int>();
    }
    profile["models"].push_back(merged);
    return write("profile.json", write_json(profile));
  }

  ProgramResult run(const std::string& profile, const std::string& tasks,
                    const std::string& policy = "merged", const Words& more = {}) const {
    Words words{"sim", "--policy", policy, "--task-set", tasks, "--profile", profile, "--model"};
    words.push_back(test_data("contention.json"));
    words.insert(words.end(), {"--contexts", "1", "--backend", "streams", "--duration", "0.1s", "--warmup",
                               "0.02s", "--log", path("log"), "-o", path("r.json")});
    words.insert(words.end(), more.begin(), more.end());
    return daris(words);
  }

  [[nodiscard]] std::vector<Json> launches() const {
    std::vector<Json> found;
    std::istringstream lines(read(path("log")));
    for (std::string line; std::getline(lines, line);) {
      if (line.find("\"launch_stage\"") != std::string::npos)
        found.push_back(parse_json(line, "line").value());
    }
    return found;
  }
};

TEST_F(Merged, LaunchesHaveOneJobATaskAndTheLogReplays) {
  const std::string profile = write_profile_with_merged(2);
  const ProgramResult result = run(profile, write_tasks("own"));
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  std::size_t most = 0;
  for (const Json& launch : launches()) {
    EXPECT_EQ(launch["batch"], 8);
    std::set<int> tasks;
    for (const Json& job : launch["jobs"]) tasks.insert(job["task"].get<int>());
    EXPECT_EQ(tasks.size(), launch["jobs"].size());
    most = std::max(most, tasks.size());
  }
  EXPECT_EQ(most, 8U);
  const ProgramResult replay = daris({"replay", path("log")});
  EXPECT_EQ(replay.exit_code, 0) << replay.messages;
}

// At twice a single job's time for eight, merging does four times as much.
TEST_F(Merged, DoesMoreThanSingleJobsInTurn) {
  const std::string profile = write_profile_with_merged(2);
  const std::string tasks = write_tasks("own");
  const auto completed = [&](const std::string& policy) {
    EXPECT_EQ(run(profile, tasks, policy).exit_code, 0);
    int sum = 0;
    const Json point = point_of(read(path("r.json")));
    for (const Json& level : point["results"]["levels"]) sum += level["completed"].get<int>();
    return sum;
  };
  EXPECT_GT(completed("merged"), 2 * completed("clockwork"));
}

TEST_F(Merged, RefusesAProfileWithoutMergedNetworks) {
  const ProgramResult result = run(synthetic_profile(), write_tasks("own"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.messages, AllOf(HasSubstr("has no model small_cnn-merged8"),
                                     HasSubstr("daris profile --models small_cnn-merged8 --batches 8")));
}

TEST_F(Merged, RefusesWhatCanNotBeMerged) {
  const std::string profile = write_profile_with_merged(2);
  EXPECT_THAT(run(profile, write_tasks("shared")).messages, HasSubstr("set \"weights\": \"own\""));
  EXPECT_THAT(run(profile, write_tasks("own"), "merged", {"--batch-limit", "4"}).messages,
              HasSubstr("batch_limit: 4 networks can't be merged"));
}

}  // namespace
}  // namespace daris
