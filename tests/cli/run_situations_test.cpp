// What people do to `daris run`, on the backend cpu: it says so in a line, and ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class RunSituations : public ProgramTest {
 protected:
  // Runs the line with $RUN for a short run; its messages are in the file err.
  [[nodiscard]] int shell(const std::string& line) const {
    return ProgramTest::shell(
        "RUN=\"$D run --backend cpu --task-set small-cnn --contexts 2 --duration 0.5s --warmup 0.1s "
        "--no-saturation\"; " +
        line);
  }
  [[nodiscard]] std::string messages() const { return read(path("err")); }
  [[nodiscard]] std::string warnings() const {
    return read_report(path("r.json")).value()["points"][0]["warnings"].dump();
  }
  void inject(const std::string& disturbance) const {
    write("i.json", R"({"schema": "daris.injection", "version": 1, "disturbances": [)" + disturbance + "]}");
  }
};

TEST_F(RunSituations, ReleasesThatAreHeldBackForAges) {
  inject(R"({"kind": "late_releases", "from_ms": 0, "until_ms": 1000000000})");
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_EQ(shell("timeout 100 $RUN --inject i.json -o r.json 2> err"), 0) << messages();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
  EXPECT_THAT(warnings(), HasSubstr("holds releases back for longer than the run"));
}

TEST_F(RunSituations, AContextThatIsLostAtTheEndOnly) {
  inject(R"({"kind": "context_lost", "context": 1, "at_ms": 500})");
  ASSERT_EQ(shell("$RUN --inject i.json -o r.json 2> err"), 0) << messages();
  EXPECT_THAT(warnings(), HasSubstr("1 of 1 disturbance lie behind the run"));
  EXPECT_THAT(warnings(), testing::Not(HasSubstr("contexts were lost")));
}

TEST_F(RunSituations, AReaderOfTheLogThatLeaves) {
  ASSERT_EQ(shell("${RUN/0.5s/3s} --log >(head -n 1 > first) -o r.json 2> err"), 3) << messages();
  EXPECT_THAT(warnings(), HasSubstr("the event log can't be written"));
}

TEST_F(RunSituations, AWorkingFolderThatIsGone) {
  EXPECT_EQ(shell("mkdir gone; cd gone; rmdir ../gone; $RUN 2> ../err"), 3);
  EXPECT_THAT(messages(), HasSubstr("daris: the working folder is gone"));
}

TEST_F(RunSituations, TooLittleAddressSpace) {
  EXPECT_EQ(shell("ulimit -v 600000; $RUN 2> err"), 3);
  EXPECT_THAT(messages(), testing::StartsWith("daris: "));
  EXPECT_THAT(messages(), HasSubstr("585 MiB of address space"));
}

}  // namespace
}  // namespace daris
