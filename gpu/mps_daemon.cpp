#include "gpu/mps_daemon.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string_view>
#include <thread>

#include "base/host/child_process.h"
#include "base/host/spawn.h"

namespace daris {
namespace {

constexpr auto kTick = std::chrono::milliseconds(5);
constexpr int kTicksMax = 2000;  // ten seconds
constexpr double kGraceS = 10;

std::string find_program() {
  constexpr std::string_view kName = "nvidia-cuda-mps-control";
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/bin:/usr/local/nvidia/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string candidate = folder + "/" + std::string(kName);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

// Uses nftw instead of std::filesystem::remove_all(): LibTorch exports functions of std::filesystem of
// another version of libstdc++, and walking a folder with some functions of each crashes.
void remove_folder(const std::string& folder) {
  constexpr int kOpenMax = 8;
  nftw(
      folder.c_str(), [](const char* path, const struct stat*, int, struct FTW*) { return remove(path); },
      kOpenMax, FTW_DEPTH | FTW_PHYS);
}

bool wait_for_end(pid_t pid) {
  for (int tick = 0; tick < kTicksMax; ++tick) {
    if (waitpid(pid, nullptr, WNOHANG) == pid) return true;
    std::this_thread::sleep_for(kTick);
  }
  return false;
}

void kill_and_wait(pid_t pid) {
  kill(pid, SIGTERM);
  if (wait_for_end(pid)) return;
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

// A program of MPS finds the daemon that has the folder by these variables.
Environment environment_for(const std::string& folder) {
  return {{"CUDA_MPS_PIPE_DIRECTORY", folder}, {"CUDA_MPS_LOG_DIRECTORY", folder}};
}

}  // namespace

Result<MpsDaemon> MpsDaemon::start() {
  MpsDaemon daemon;
  daemon.program_ = find_program();
  if (daemon.program_.empty())
    return environment_error(
        "nvidia-cuda-mps-control was not found on the PATH: install the driver's MPS tools, or do without "
        "mps");
  std::string folder = (std::filesystem::temp_directory_path() / "daris-mps-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr)
    return environment_error("no temporary folder for MPS under " + folder);
  daemon.folder_ = folder;
  SpawnRequest request;
  request.words = {daemon.program_, "-f"};
  request.environment = environment_for(daemon.folder_);
  request.inherits_environment = false;
  request.signal_at_owners_end = SIGTERM;
  DARIS_TRY_ASSIGN(daemon.pid_, spawn(request));
  DARIS_TRY(daemon.start_keeper());
  for (int tick = 0; tick < kTicksMax; ++tick) {
    if (std::filesystem::exists(daemon.folder_ / "control")) return daemon;
    if (waitpid(daemon.pid_, nullptr, WNOHANG) == daemon.pid_) {
      daemon.pid_ = -1;
      return environment_error(daemon.program_ + " ended at once: MPS does not run here");
    }
    std::this_thread::sleep_for(kTick);
  }
  return environment_error(daemon.program_ + " did not come up within ten seconds");
}

MpsDaemon::MpsDaemon(MpsDaemon&& other) noexcept
    : program_(std::move(other.program_)),
      folder_(std::exchange(other.folder_, {})),
      pid_(std::exchange(other.pid_, -1)),
      keeper_(std::exchange(other.keeper_, -1)),
      keeper_input_(std::exchange(other.keeper_input_, -1)) {}

MpsDaemon& MpsDaemon::operator=(MpsDaemon&& other) noexcept {
  if (this == &other) return *this;
  stop();
  program_ = std::move(other.program_);
  folder_ = std::exchange(other.folder_, {});
  pid_ = std::exchange(other.pid_, -1);
  keeper_ = std::exchange(other.keeper_, -1);
  keeper_input_ = std::exchange(other.keeper_input_, -1);
  return *this;
}

MpsDaemon::~MpsDaemon() { stop(); }

// When the keeper's input ends, it quits the daemon, makes sure that the daemon has ended and removes the
// folder. It does nothing if stop() has removed the folder.
Status MpsDaemon::start_keeper() {
  constexpr const char* kScript =
      "cat > /dev/null; [ -d \"$2\" ] || exit 0; "
      "export CUDA_MPS_PIPE_DIRECTORY=\"$2\" CUDA_MPS_LOG_DIRECTORY=\"$2\"; "
      "echo quit | timeout 5 \"$1\" > /dev/null 2>&1; "
      "for tick in 1 2 3 4 5 6 7 8 9 10; do kill -0 \"$3\" 2> /dev/null || break; sleep 0.5; done; "
      "kill -KILL -- \"-$3\" 2> /dev/null; rm -rf \"$2\"";
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) return environment_error("no pipe to the daemon of MPS");
  SpawnRequest request;
  request.words = {"/bin/sh", "-c", kScript, "daris-mps-keeper", program_, folder_, std::to_string(pid_)};
  request.input = pipe[0];
  const Result<pid_t> keeper = spawn(request);
  close(pipe[0]);
  keeper_input_ = pipe[1];
  if (!keeper.ok()) return keeper.error();
  keeper_ = keeper.value();
  return {};
}

// Returns what the control program says to `command`.
Result<std::string> MpsDaemon::ask(const std::string& command, std::chrono::milliseconds patience) const {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point give_up = Clock::now() + patience;
  ChildProcess::Program program{{program_}, environment_for(folder_), std::nullopt};
  program.only_changes = true;
  program.quiet = true;
  DARIS_TRY_ASSIGN(ChildProcess asker, ChildProcess::start(program));
  const bool asked = asker.send(command).ok();
  asker.close_input();
  std::string said;
  bool answered = false;  // the program has said all that it says
  while (asked && !answered) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up - Clock::now());
    if (left.count() <= 0) break;
    answered = !asker.receive(said, left).ok();
  }
  asker.stop(answered ? kGraceS : 0);
  if (!answered) return environment_error("the daemon of MPS does not answer: " + command);
  return said;
}

// The daemon has one server for each of its users, so here it has one. A server that does not know the client
// does nothing.
Status MpsDaemon::terminate_client(pid_t client, std::chrono::milliseconds patience) const {
  DARIS_TRY_ASSIGN(const std::string servers, ask("get_server_list", patience));
  std::istringstream lines(servers);
  for (pid_t server = 0; lines >> server;)
    DARIS_TRY(ask(fmt::format("terminate_client {} {}", server, client), patience));
  return {};
}

void MpsDaemon::stop() {
  if (pid_ > 0) {
    static_cast<void>(ask("quit", kTicksMax * kTick));
    if (!wait_for_end(pid_)) kill_and_wait(pid_);
    pid_ = -1;
  }
  if (!folder_.empty()) remove_folder(folder_.string());
  folder_.clear();
  if (keeper_input_ >= 0) close(std::exchange(keeper_input_, -1));
  if (keeper_ > 0) waitpid(std::exchange(keeper_, -1), nullptr, 0);
}

std::vector<std::pair<std::string, std::string>> MpsDaemon::client_environment(std::uint32_t percentage,
                                                                               std::uint32_t connections,
                                                                               bool below_normal) const {
  return {{"CUDA_MPS_PIPE_DIRECTORY", folder_.string()},
          {"CUDA_MPS_LOG_DIRECTORY", folder_.string()},
          {"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", std::to_string(percentage)},
          {"CUDA_DEVICE_MAX_CONNECTIONS", std::to_string(connections)},
          {"CUDA_MPS_CLIENT_PRIORITY", below_normal ? "1" : "0"}};
}

}  // namespace daris
