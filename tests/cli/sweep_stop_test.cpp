// A sweep that is stopped by a signal while it is planned.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/sweep_command.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/experiment/sweep/plain_runner.h"

namespace daris {
namespace {

using ::testing::ExitedWithCode;
using testing::PlainRunner;
using testing::TemporaryFolder;

class SweepStop : public ::testing::Test {
 protected:
  // Ends the process with the command's exit code; for death tests, which fork.
  [[noreturn]] void sweep() {
    const std::vector<std::string> words{DARIS_SOURCE_FOLDER "/workloads/sweeps/demo.json", "-o",
                                         (folder_ / "sweep").string()};
    const Result<Arguments> arguments = Arguments::parse(sweep_spec(), words);
    const int code =
        arguments.ok() ? sweep_command(arguments.value(), "daris sweep", RunConfig(), runner_) : -1;
    std::exit(runner_.run_points == 0 ? code : -1);
  }

  const TemporaryFolder folder_;
  PlainRunner runner_;
};

TEST_F(SweepStop, WhilePointsAreSettled) {
  runner_.on_settle = [&] {
    if (runner_.settled == 5) std::raise(SIGINT);
    if (runner_.settled > 5) std::abort();
  };
  EXPECT_EXIT(sweep(), ExitedWithCode(130), "interrupted while the sweep was planned; nothing was written");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "sweep"));
}

TEST_F(SweepStop, WhilePointsAreChecked) {
  runner_.on_check = [&] { std::raise(SIGTERM); };
  EXPECT_EXIT(sweep(), ExitedWithCode(130), "interrupted while the sweep was planned; nothing was written");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "sweep"));
}

}  // namespace
}  // namespace daris
