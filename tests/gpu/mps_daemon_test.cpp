#include "gpu/mps_daemon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/base/host/temporary_folder.h"
#include "tests/gpu/fake_mps_control.h"

namespace daris {
namespace {

using testing::FakeMpsControl;
using ::testing::HasSubstr;

std::string folder_of(const MpsDaemon& daemon) { return daemon.client_environment(25, 8)[0].second; }

pid_t daemon_pid(const std::string& folder) {
  pid_t pid = 0;
  std::ifstream(folder + "/pid") >> pid;
  return pid;
}

bool is_there(pid_t pid) { return kill(pid, 0) == 0; }

class MpsDaemonTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  FakeMpsControl control_{folder_ / "."};
};

TEST_F(MpsDaemonTest, LeavesNothingBehind) {
  std::string folder;
  pid_t pid = 0;
  {
    const MpsDaemon daemon = MpsDaemon::start().value();
    folder = folder_of(daemon);
    pid = daemon_pid(folder);
    EXPECT_TRUE(is_there(pid));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_FALSE(is_there(pid));
}

TEST_F(MpsDaemonTest, TellsClientsTheirShareAndConnections) {
  const MpsDaemon daemon = MpsDaemon::start().value();
  const auto environment = daemon.client_environment(25, 32);
  EXPECT_THAT(environment, ::testing::Contains(std::pair<std::string, std::string>(
                               "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", "25")));
  EXPECT_THAT(environment,
              ::testing::Contains(std::pair<std::string, std::string>("CUDA_DEVICE_MAX_CONNECTIONS", "32")));
}

TEST_F(MpsDaemonTest, TerminatesAClientOfItsServer) {
  const MpsDaemon daemon = MpsDaemon::start().value();
  EXPECT_TRUE(daemon.terminate_client(4711, std::chrono::seconds(5)).ok());
  EXPECT_THAT(control_.asked(),
              HasSubstr("terminate_client " + std::to_string(daemon_pid(folder_of(daemon))) + " 4711"));
}

TEST_F(MpsDaemonTest, WaitsForAnAnswerOnlySoLong) {
  const MpsDaemon daemon = MpsDaemon::start().value();
  control_.hang_at("terminate_client");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(daemon.terminate_client(4711, std::chrono::seconds(1)).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  EXPECT_THAT(control_.asked(), HasSubstr("terminate_client"));
}

TEST_F(MpsDaemonTest, IsCleanedUpWhenItsOwnerIsKilled) {
  const std::filesystem::path note = folder_ / "note";
  const pid_t owner = fork();
  if (owner == 0) {
    const MpsDaemon daemon = MpsDaemon::start().value();
    std::ofstream(note.string() + ".tmp") << folder_of(daemon);
    std::filesystem::rename(note.string() + ".tmp", note);
    pause();
  }
  while (!std::filesystem::exists(note)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::string folder;
  std::ifstream(note) >> folder;
  const pid_t pid = daemon_pid(folder);
  ASSERT_TRUE(is_there(pid));
  kill(owner, SIGKILL);
  waitpid(owner, nullptr, 0);
  for (int tick = 0; tick < 2000 && std::filesystem::exists(folder); ++tick)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_FALSE(is_there(pid));
}

}  // namespace
}  // namespace daris
