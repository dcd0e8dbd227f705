// The program as users start it, on a machine that may have neither a GPU nor a driver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace daris {
namespace {

using ::testing::HasSubstr;

struct ProgramRun {
  int exit_code = -1;
  std::string output;  // both streams
};

ProgramRun run(const std::string& arguments) {
  const std::string command = std::string(DARIS_PROFILE_PROGRAM) + " " + arguments + " 2>&1";
  ProgramRun run;
  FILE* stream = popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t count; (count = fread(buffer.data(), 1, buffer.size(), stream)) > 0;)
    run.output.append(buffer.data(), count);
  const int status = pclose(stream);
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

bool has_driver() { return std::filesystem::exists("/dev/nvidiactl"); }

TEST(ProfileProgram, StartsWithoutADriverAndHelps) {
  const ProgramRun help = run("--help");
  EXPECT_EQ(help.exit_code, 0) << help.output;
  EXPECT_THAT(help.output, HasSubstr("--budget"));
}

TEST(ProfileProgram, BadUsageIsTwo) {
  const ProgramRun bad = run("--models resnet81 -o x.json");
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.output, HasSubstr("resnet18"));
  EXPECT_FALSE(std::filesystem::exists("x.json"));
}

TEST(ProfileProgram, WithoutAGpuSaysSoAndWritesNothing) {
  if (has_driver()) GTEST_SKIP() << "this machine has an NVIDIA driver";
  const std::string file =
      (std::filesystem::temp_directory_path() / ("daris-program-test-" + std::to_string(getpid()))).string();
  const ProgramRun none = run("-o " + file);
  EXPECT_EQ(none.exit_code, 3) << none.output;
  EXPECT_THAT(none.output, HasSubstr("NVIDIA"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(ProfileProgram, AnExistingFileThatIsNoProfileIsTwo) {
  const std::string file =
      (std::filesystem::temp_directory_path() / ("daris-program-test-broken-" + std::to_string(getpid())))
          .string();
  std::ofstream(file) << "not JSON";
  const ProgramRun broken = run("-o " + file);
  std::filesystem::remove(file);
  EXPECT_EQ(broken.exit_code, 2) << broken.output;
  EXPECT_THAT(broken.output, HasSubstr(file));
}

TEST(ProfileProgram, DryRunPrintsThePlan) {
  const ProgramRun dry = run("--dry-run --models small_cnn --batches 1 --what times --mechanisms green");
  EXPECT_EQ(dry.exit_code, 0);
  EXPECT_THAT(dry.output, HasSubstr("times small_cnn tf32 b1 green 8 SMs"));
  EXPECT_THAT(dry.output, HasSubstr("18 units"));
}

}  // namespace
}  // namespace daris
