#include "base/host/spawn.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

using testing::contents;
using testing::TemporaryFolder;

int exit_status(pid_t pid) {
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The request for a shell script, whose output goes into `file`.
struct Script {
  Script(const std::string& text, const std::filesystem::path& file)
      : output(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) {
    request.words = {"/bin/sh", "-c", text};
    request.output = output;
    request.signal_at_owners_end = SIGKILL;
  }
  ~Script() { close(output); }

  int output;
  SpawnRequest request;
};

TEST(Spawn, GivesTheProgramItsEnvironment) {
  const TemporaryFolder folder;
  setenv("DARIS_TEST_KEPT", "kept", 1);
  setenv("DARIS_TEST_CHANGED", "old", 1);
  Script script("printf '%s %s' \"$DARIS_TEST_KEPT\" \"$DARIS_TEST_CHANGED\"", folder / "output");
  script.request.environment = {{"DARIS_TEST_CHANGED", "new"}};
  ASSERT_EQ(exit_status(spawn(script.request).value()), 0);
  EXPECT_EQ(contents(folder / "output"), "kept new");
}

TEST(Spawn, GivesTheProgramNoOtherVariablesIfAsked) {
  const TemporaryFolder folder;
  setenv("DARIS_TEST_KEPT", "kept", 1);
  Script script("printf '%s%s' \"$DARIS_TEST_KEPT\" \"$DARIS_TEST_OWN\"", folder / "output");
  script.request.environment = {{"DARIS_TEST_OWN", "own"}};
  script.request.inherits_environment = false;
  ASSERT_EQ(exit_status(spawn(script.request).value()), 0);
  EXPECT_EQ(contents(folder / "output"), "own");
}

TEST(Spawn, HandsOverADescriptorWhateverItsNumber) {
  const TemporaryFolder folder;
  Script script("printf kept >&3; printf out", folder / "output");
  const int kept = open((folder / "kept").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  script.request.descriptor = kept;
  ASSERT_EQ(exit_status(spawn(script.request).value()), 0);
  close(kept);
  EXPECT_EQ(contents(folder / "kept"), "kept");
  EXPECT_EQ(contents(folder / "output"), "out");
}

TEST(Spawn, AbsentStreamsGoNowhere) {
  const TemporaryFolder folder;
  Script script("cat; echo lost >&2; echo end", folder / "output");
  ASSERT_EQ(exit_status(spawn(script.request).value()), 0);
  EXPECT_EQ(contents(folder / "output"), "end\n");
}

TEST(Spawn, AFileThatCannotBeRunEndsWith127) {
  SpawnRequest request;
  request.words = {"/no/such/program"};
  request.signal_at_owners_end = SIGKILL;
  EXPECT_EQ(exit_status(spawn(request).value()), 127);
}

TEST(BecomeProgram, SaysWhyItFails) {
  EXPECT_EQ(become_program({"/no/such/program"}), "No such file or directory");
}

TEST(ThisProgram, IsTheFileThatRuns) { EXPECT_TRUE(std::filesystem::exists(this_program())); }

}  // namespace
}  // namespace daris
