#include "profiles/gpu/mps_daemon.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <thread>

namespace daris {
namespace {

constexpr auto kTick = std::chrono::milliseconds(20);
constexpr int kTicksMax = 500;  // ten seconds

std::string find_program() {
  constexpr std::string_view kName = "nvidia-cuda-mps-control";
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/bin:/usr/local/nvidia/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + "/" + std::string(kName);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

// By nftw and not by std::filesystem::remove_all(): LibTorch exports functions of std::filesystem of another version of
// libstdc++, and walking a folder with some of each crashes.
void remove_folder(const std::string& folder) {
  constexpr int kOpenMax = 8;
  nftw(
      folder.c_str(), [](const char* path, const struct stat*, int, struct FTW*) { return remove(path); }, kOpenMax,
      FTW_DEPTH | FTW_PHYS);
}

// Runs `program argument` with our folder in its environment and `input` as its standard input.
pid_t run(const std::string& program, const char* argument, const std::filesystem::path& folder, int input) {
  std::array<std::string, 2> texts = {"CUDA_MPS_PIPE_DIRECTORY=" + folder.string(),
                                      "CUDA_MPS_LOG_DIRECTORY=" + folder.string()};
  const std::array<char*, 3> environment = {texts[0].data(), texts[1].data(), nullptr};
  const std::array<char*, 3> arguments = {const_cast<char*>(program.c_str()), const_cast<char*>(argument), nullptr};
  const pid_t pid = fork();
  if (pid != 0) return pid;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(input, STDIN_FILENO);
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  execve(program.c_str(), arguments.data(), environment.data());
  _exit(127);
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

}  // namespace

Result<MpsDaemon> MpsDaemon::start() {
  MpsDaemon daemon;
  daemon.program_ = find_program();
  if (daemon.program_.empty())
    return Error{
        "nvidia-cuda-mps-control was not found on the PATH: install the driver's MPS tools, or leave mps out of "
        "--mechanisms"};
  std::string folder = (std::filesystem::temp_directory_path() / "daris-mps-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return Error{"no temporary folder for MPS under " + folder};
  daemon.folder_ = folder;
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  daemon.pid_ = run(daemon.program_, "-f", daemon.folder_, nothing);
  close(nothing);
  for (int tick = 0; tick < kTicksMax; ++tick) {
    if (std::filesystem::exists(daemon.folder_ / "control")) return daemon;
    if (waitpid(daemon.pid_, nullptr, WNOHANG) == daemon.pid_) {
      daemon.pid_ = -1;
      return Error{daemon.program_ + " ended at once: MPS does not run here"};
    }
    std::this_thread::sleep_for(kTick);
  }
  return Error{daemon.program_ + " did not come up within ten seconds"};
}

MpsDaemon::MpsDaemon(MpsDaemon&& other) noexcept
    : program_(std::move(other.program_)),
      folder_(std::exchange(other.folder_, {})),
      pid_(std::exchange(other.pid_, -1)) {}

MpsDaemon& MpsDaemon::operator=(MpsDaemon&& other) noexcept {
  if (this == &other) return *this;
  stop();
  program_ = std::move(other.program_);
  folder_ = std::exchange(other.folder_, {});
  pid_ = std::exchange(other.pid_, -1);
  return *this;
}

MpsDaemon::~MpsDaemon() { stop(); }

void MpsDaemon::stop() {
  if (pid_ > 0) {
    std::array<int, 2> words{};
    if (pipe2(words.data(), O_CLOEXEC) == 0) {
      const pid_t asker = run(program_, nullptr, folder_, words[0]);
      constexpr std::string_view kQuit = "quit\n";
      const bool asked = write(words[1], kQuit.data(), kQuit.size()) == static_cast<ssize_t>(kQuit.size());
      close(words[0]);
      close(words[1]);
      if (!asked || !wait_for_end(asker)) kill_and_wait(asker);
    }
    if (!wait_for_end(pid_)) kill_and_wait(pid_);
    pid_ = -1;
  }
  if (!folder_.empty()) remove_folder(folder_.string());
  folder_.clear();
}

std::vector<std::pair<std::string, std::string>> MpsDaemon::client_environment(std::uint32_t percentage) const {
  return {{"CUDA_MPS_PIPE_DIRECTORY", folder_.string()},
          {"CUDA_MPS_LOG_DIRECTORY", folder_.string()},
          {"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", std::to_string(percentage)},
          {"CUDA_DEVICE_MAX_CONNECTIONS", "8"}};
}

}  // namespace daris
