#include "base/host/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

namespace daris {
namespace {

using Clock = std::chrono::steady_clock;

void close_quietly(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

Error system_error(const std::string& what) { return environment_error(what + ": " + std::strerror(errno)); }

}  // namespace

Result<ChildProcess> ChildProcess::start(const Program& program) {
  // A socket for its input: writing to one whose reader is gone can be had without a signal.
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, to.data()) != 0)
    return system_error("no pipe for a process");
  if (pipe2(from.data(), O_CLOEXEC) != 0) {
    const Error error = system_error("no pipe for a process");
    close(to[0]);
    close(to[1]);
    return error;
  }
  SpawnRequest request;
  request.words = program.words;
  request.environment = program.changes;
  request.inherits_environment = !program.only_changes;
  request.input = to[0];
  request.output = from[1];
  if (!program.quiet) request.errors = STDERR_FILENO;
  request.descriptor = program.descriptor;
  request.signal_at_owners_end = SIGKILL;
  const Result<pid_t> pid = spawn(request);
  close(to[0]);
  close(from[1]);
  ChildProcess process(pid.ok() ? pid.value() : -1, to[1], from[0]);
  if (!pid.ok()) return pid.error();
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
  if (count <= 0) return environment_error("the process died");
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
