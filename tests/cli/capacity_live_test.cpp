// `daris capacity --live` over a machine of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "cli/capacity_command.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/experiment/planning/limited_machine.h"
#include "tests/experiment/planning/other_machine.h"

namespace daris {
namespace {

using ::testing::ExitedWithCode;
using testing::OtherMachine;
using testing::TemporaryFolder;

class CapacityLive : public ::testing::Test {
 protected:
  CapacityLive() {
    testing::hold_up_to(machine_, [](const SettledConfig&) { return 5.0; });
  }
  // Ends the process with the command's exit code; for death tests, which fork.
  [[noreturn]] void search(const std::vector<std::string>& more) {
    const std::string source = DARIS_SOURCE_FOLDER;
    std::vector<std::string> words{"--task-set", source + "/tests/cli/data/cameras.json",
                                   "--profile",  source + "/tests/data/synthetic_profile.json",
                                   "--model",    source + "/tests/cli/data/contention.json",
                                   "--contexts", "4",
                                   "--duration", "200ms",
                                   "--warmup",   "50ms",
                                   "--axis",     "rate",
                                   "--live",     "-o",
                                   output()};
    words.insert(words.end(), more.begin(), more.end());
    const Result<Arguments> arguments = Arguments::parse(capacity_spec(), words);
    std::exit(arguments.ok() ? capacity_command(arguments.value(), "daris capacity", &machine_) : -1);
  }
  [[nodiscard]] std::string output() const { return (folder_ / "capacity.json").string(); }
  [[nodiscard]] Json live() const { return Json::parse(testing::contents(output()))["live"]; }
  [[nodiscard]] std::string runs() const { return (folder_ / "runs").string(); }
  [[nodiscard]] std::ptrdiff_t kept() const {
    return std::distance(std::filesystem::directory_iterator(folder_ / "runs" / "points"), {});
  }

  const TemporaryFolder folder_;
  OtherMachine machine_;
};

TEST_F(CapacityLive, WritesBothWorlds) {
  EXPECT_EXIT(search({}), ExitedWithCode(0), "live: rate .* 5 runs: holds");
  EXPECT_EQ(live()["ended"], "done");
  EXPECT_NEAR(live()["live_load"].get<double>(), 5, 0.06);
}

TEST_F(CapacityLive, LeavesWhatItFoundIfItIsInterrupted) {
  machine_.mishap = [&] {
    if (machine_.runs == 3) std::raise(SIGINT);
    return std::nullopt;
  };
  EXPECT_EXIT(search({"--keep", runs()}), ExitedWithCode(130),
              "interrupted; the document holds what was found until then");
  EXPECT_EQ(live()["ended"], "interrupted");
  EXPECT_EQ(live()["tried"].size(), 2U);
  EXPECT_EQ(kept(), 3) << "the third run was whole";
  machine_.mishap = [&] { return machine_.runs == 1 ? std::nullopt : std::optional(Error{"a second run"}); };
  EXPECT_EXIT(search({"--keep", runs()}), ExitedWithCode(2), "a second run; what was found before stands");
  EXPECT_EQ(live()["tried"].size(), 4U) << "three runs were kept, and one is new";
}

TEST_F(CapacityLive, EndsWithoutAGpuBeforeItSearches) {
  machine_.lacks = [](Backend) { return true; };
  EXPECT_EXIT(search({"--keep", runs()}), ExitedWithCode(3), "^daris: --live: no GPU\n$");
  EXPECT_FALSE(std::filesystem::exists(output()) || std::filesystem::exists(runs()));
}

TEST_F(CapacityLive, RefusesABudgetThatIsNone) {
  EXPECT_EXIT(search({"--budget", "soon"}), ExitedWithCode(2), "--budget: \"soon\" is not a time above 0");
}

}  // namespace
}  // namespace daris
