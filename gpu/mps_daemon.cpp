#include "gpu/mps_daemon.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <thread>

namespace daris {
namespace {

constexpr auto kTick = std::chrono::milliseconds(5);
constexpr int kTicksMax = 2000;  // ten seconds

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

// By nftw and not by std::filesystem::remove_all(): LibTorch exports functions of std::filesystem of another
// version of libstdc++, and walking a folder with some of each crashes.
void remove_folder(const std::string& folder) {
  constexpr int kOpenMax = 8;
  nftw(
      folder.c_str(), [](const char* path, const struct stat*, int, struct FTW*) { return remove(path); },
      kOpenMax, FTW_DEPTH | FTW_PHYS);
}

struct Streams {
  int input = -1;
  int output = -1;
};

// Runs `program argument` with our folder in its environment. What it says goes to `streams.output`, or
// nowhere.
pid_t run(const std::string& program, const char* argument, const std::filesystem::path& folder,
          Streams streams) {
  std::array<std::string, 2> texts = {"CUDA_MPS_PIPE_DIRECTORY=" + folder.string(),
                                      "CUDA_MPS_LOG_DIRECTORY=" + folder.string()};
  const std::array<char*, 3> environment = {texts[0].data(), texts[1].data(), nullptr};
  const std::array<char*, 3> arguments = {const_cast<char*>(program.c_str()), const_cast<char*>(argument),
                                          nullptr};
  const pid_t pid = fork();
  if (pid != 0) return pid;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(streams.input, STDIN_FILENO);
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(streams.output < 0 ? nowhere : streams.output, STDOUT_FILENO);
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

Error no_pipe() { return Error{"no pipe to the daemon of MPS"}; }

// Nothing where the end does not come in time.
std::optional<std::string> read_all(int descriptor, std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point give_up = Clock::now() + patience;
  std::string said;
  std::array<char, 1024> buffer{};
  pollfd waiting{descriptor, POLLIN, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up - Clock::now());
    if (left.count() <= 0) return std::nullopt;
    const int ready = poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return said;
    said.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Result<MpsDaemon> MpsDaemon::start() {
  MpsDaemon daemon;
  daemon.program_ = find_program();
  if (daemon.program_.empty())
    return Error{
        "nvidia-cuda-mps-control was not found on the PATH: install the driver's MPS tools, or do without "
        "mps"};
  std::string folder = (std::filesystem::temp_directory_path() / "daris-mps-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return Error{"no temporary folder for MPS under " + folder};
  daemon.folder_ = folder;
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  daemon.pid_ = run(daemon.program_, "-f", daemon.folder_, {nothing, -1});
  close(nothing);
  if (const Status kept = daemon.start_keeper(); !kept.ok()) return kept.error();
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

// When its input ends it quits the daemon, makes sure of its end and removes the folder: nothing to do where
// stop() did.
Status MpsDaemon::start_keeper() {
  constexpr const char* kScript =
      "cat > /dev/null; [ -d \"$2\" ] || exit 0; "
      "export CUDA_MPS_PIPE_DIRECTORY=\"$2\" CUDA_MPS_LOG_DIRECTORY=\"$2\"; "
      "echo quit | timeout 5 \"$1\" > /dev/null 2>&1; "
      "for tick in 1 2 3 4 5 6 7 8 9 10; do kill -0 \"$3\" 2> /dev/null || break; sleep 0.5; done; "
      "kill -KILL -- \"-$3\" 2> /dev/null; rm -rf \"$2\"";
  std::array<int, 2> words{};
  if (pipe2(words.data(), O_CLOEXEC) != 0) return no_pipe();
  const std::string pid = std::to_string(pid_);
  const std::array<const char*, 8> arguments = {
      "/bin/sh", "-c", kScript, "daris-mps-keeper", program_.c_str(), folder_.c_str(), pid.c_str(), nullptr};
  keeper_ = fork();
  if (keeper_ == 0) {
    setsid();
    dup2(words[0], STDIN_FILENO);
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);  // whoever reads our output need not wait for the keeper
    dup2(nowhere, STDERR_FILENO);
    execv(arguments[0], const_cast<char* const*>(arguments.data()));
    _exit(127);
  }
  close(words[0]);
  keeper_input_ = words[1];
  if (keeper_ < 0) return Error{"no process to look after the daemon of MPS"};
  return {};
}

// What the control program says to `command`.
Result<std::string> MpsDaemon::ask(const std::string& command, std::chrono::milliseconds patience) const {
  std::array<int, 2> talk{};  // a socket: writing to one whose reader is gone can be had without a signal
  std::array<int, 2> answer{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, talk.data()) != 0) return no_pipe();
  if (pipe2(answer.data(), O_CLOEXEC) != 0) {
    close(talk[0]);
    close(talk[1]);
    return no_pipe();
  }
  const pid_t asker = run(program_, nullptr, folder_, {talk[0], answer[1]});
  close(talk[0]);
  close(answer[1]);
  const std::string line = command + "\n";
  const bool asked =
      send(talk[1], line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
  close(talk[1]);
  std::optional<std::string> said = asked ? read_all(answer[0], patience) : std::nullopt;
  close(answer[0]);
  if (asker > 0 && !said) kill(asker, SIGKILL);
  if (asker > 0 && !wait_for_end(asker)) kill_and_wait(asker);
  if (!said) return Error{"the daemon of MPS does not answer: " + command};
  return *std::move(said);
}

// There is one server for each user of the daemon, thus one; of another one the client is not known, and
// nothing happens.
Status MpsDaemon::terminate_client(pid_t client, std::chrono::milliseconds patience) const {
  const Result<std::string> servers = ask("get_server_list", patience);
  if (!servers.ok()) return servers.error();
  std::istringstream lines(servers.value());
  for (pid_t server = 0; lines >> server;) {
    const Result<std::string> said =
        ask("terminate_client " + std::to_string(server) + " " + std::to_string(client), patience);
    if (!said.ok()) return said.error();
  }
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

std::vector<std::pair<std::string, std::string>> MpsDaemon::client_environment(
    std::uint32_t percentage, std::uint32_t connections) const {
  return {{"CUDA_MPS_PIPE_DIRECTORY", folder_.string()},
          {"CUDA_MPS_LOG_DIRECTORY", folder_.string()},
          {"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", std::to_string(percentage)},
          {"CUDA_DEVICE_MAX_CONNECTIONS", std::to_string(connections)}};
}

}  // namespace daris
