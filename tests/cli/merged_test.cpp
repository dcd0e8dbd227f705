// `--policy merged`, simulated: from a profile that has merged networks, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "tests/cli/merged_inputs.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Merged : public ProgramTest {
 protected:
  std::string write_tasks(const std::string& weights) const {
    return write("tasks.json", tasks_to_merge(weights));
  }
  // The invented profile, in which 8 merged networks take as long as `times` single ones.
  std::string write_profile_with_merged(int times) const {
    return write("profile.json", with_merged_networks(read(synthetic_profile()), times));
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
  EXPECT_GT(most, 3U) << "launches wait for more jobs";
  const ProgramResult replay = daris({"replay", path("log")});
  EXPECT_EQ(replay.exit_code, 0) << replay.messages;
}

// Eight merged networks take twice a single job's time.
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
  EXPECT_GT(2 * completed("merged"), 3 * completed("clockwork"));
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
