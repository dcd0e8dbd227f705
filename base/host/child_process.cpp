#include "base/host/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

namespace daris {
namespace {

using Clock = std::chrono::steady_clock;

void close_quietly(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

Error system_error(const std::string& what) { return Error{what + ": " + std::strerror(errno)}; }

// What a child needs between fork and exec, where only calls are safe that neither allocate nor lock.
struct Child {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  int input = -1;
  int output = -1;
  int descriptor = -1;
  pid_t parent = -1;
};

// A second copy of a descriptor stays open through exec, whatever the first one is marked as.
void keep_as(int descriptor, int number) {
  if (descriptor == number) {
    fcntl(number, F_SETFD, 0);
  } else {
    dup2(descriptor, number);
  }
}

[[noreturn]] void become(const Child& child) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != child.parent) _exit(127);  // it died before the kernel was told
  // First of all: it must not be overwritten by the next two.
  if (child.descriptor >= 0) keep_as(child.descriptor, ChildProcess::kDescriptor);
  dup2(child.input, STDIN_FILENO);
  dup2(child.output, STDOUT_FILENO);
  execve(child.arguments[0], child.arguments.data(), child.environment.data());
  _exit(127);
}

std::vector<std::string> merged_environment(const ChildProcess::Environment& changes) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    bool changed = false;
    for (const auto& [name, value] : changes) changed = changed || text.substr(0, text.find('=')) == name;
    if (!changed) merged.emplace_back(text);
  }
  for (const auto& [name, value] : changes) merged.push_back(name + "=" + value);
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> made;
  made.reserve(texts.size() + 1);
  for (std::string& text : texts) made.push_back(text.data());
  made.push_back(nullptr);
  return made;
}

// Above the number that a kept descriptor gets in the child.
int moved_up(int descriptor) {
  if (descriptor > ChildProcess::kDescriptor) return descriptor;
  const int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, ChildProcess::kDescriptor + 1);
  close(descriptor);
  return moved;
}

}  // namespace

std::string this_program() {
  std::array<char, 4096> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : "/proc/self/exe";
}

Result<ChildProcess> ChildProcess::start(const Program& program) {
  // A socket for its input: writing to one whose reader is gone can be had without a signal.
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, to.data()) != 0)
    return system_error("no pipe for a process");
  if (pipe2(from.data(), O_CLOEXEC) != 0) {
    close(to[0]);
    close(to[1]);
    return system_error("no pipe for a process");
  }
  std::vector<std::string> words = program.words;
  std::vector<std::string> variables = merged_environment(program.changes);
  Child child{pointers(words),
              pointers(variables),
              moved_up(to[0]),
              moved_up(from[1]),
              program.descriptor.value_or(-1),
              getpid()};
  const pid_t pid = fork();
  if (pid == 0) become(child);
  close(child.input);
  close(child.output);
  ChildProcess process(pid, to[1], from[0]);
  if (pid < 0) return system_error("no process");
  return process;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      to_(std::exchange(other.to_, -1)),
      from_(std::exchange(other.from_, -1)),
      ending_(std::move(other.ending_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this == &other) return *this;
  stop(0);
  pid_ = std::exchange(other.pid_, -1);
  to_ = std::exchange(other.to_, -1);
  from_ = std::exchange(other.from_, -1);
  ending_ = std::move(other.ending_);
  return *this;
}

ChildProcess::~ChildProcess() { stop(0); }

Status ChildProcess::send(const std::string& line) {
  const std::string text = line + "\n";
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t wrote = ::send(to_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return system_error("the process does not listen");
    sent += static_cast<std::size_t>(wrote);
  }
  return {};
}

Status ChildProcess::receive(std::string& bytes, std::chrono::milliseconds patience) {
  pollfd waiting{from_, POLLIN, 0};
  if (poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return {};
  std::array<char, 65536> buffer{};
  const ssize_t count = read(from_, buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return {};
  if (count <= 0) return Error{"the process died"};
  bytes.append(buffer.data(), static_cast<std::size_t>(count));
  return {};
}

bool ChildProcess::ended() {
  if (pid_ < 0) return true;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  note_ending(status);
  return true;
}

void ChildProcess::note_ending(int status) {
  pid_ = -1;
  ending_ = WIFSIGNALED(status) ? "killed by signal " + std::to_string(WTERMSIG(status))
                                : "exit status " + std::to_string(WEXITSTATUS(status));
}

void ChildProcess::close_input() { close_quietly(to_); }

void ChildProcess::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

void ChildProcess::stop(double grace_s) {
  close_input();
  const auto patience = Clock::now() + std::chrono::duration<double>(grace_s);
  while (!ended() && Clock::now() < patience) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  if (pid_ > 0) {
    kill();
    int status = 0;
    waitpid(pid_, &status, 0);
    note_ending(status);
  }
  close_quietly(from_);
}

}  // namespace daris
