#include "profiles/profiler/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace daris {
namespace {

constexpr std::array<std::pair<WorkerRole, std::string_view>, 4> kRoles = {{{WorkerRole::kTiming, "timing"},
                                                                            {WorkerRole::kKernels, "kernels"},
                                                                            {WorkerRole::kTraffic, "traffic"},
                                                                            {WorkerRole::kMps, "mps"}}};
constexpr std::array<std::pair<ReplyKind, std::string_view>, 5> kReplyKinds = {
    {{ReplyKind::kProfile, "profile"},
     {ReplyKind::kReady, "ready"},
     {ReplyKind::kError, "error"},
     {ReplyKind::kUnavailable, "unavailable"},
     {ReplyKind::kFatal, "fatal"}}};

using Clock = std::chrono::steady_clock;

void close_quietly(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

Error system_error(const std::string& what) { return Error{what + ": " + std::strerror(errno)}; }

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become_worker(char* const* arguments, char* const* environment, int input, int output) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

std::vector<std::string> merged_environment(const WorkerProcess::Environment& changes) {
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
  for (std::string& text : texts) made.push_back(text.data());
  made.push_back(nullptr);
  return made;
}

}  // namespace

std::string_view to_text(WorkerRole role) {
  for (const auto& [known, text] : kRoles)
    if (known == role) return text;
  return "";
}

Result<WorkerRole> parse_worker_role(std::string_view text) {
  for (const auto& [role, known] : kRoles)
    if (known == text) return role;
  return Error{"--worker: unknown role \"" + std::string(text) + "\""};
}

std::string encode_reply(const Reply& reply) {
  std::string_view kind;
  for (const auto& [known, text] : kReplyKinds)
    if (known == reply.kind) kind = text;
  return std::string(kind) + " " + std::to_string(reply.body.size()) + "\n" + reply.body;
}

Result<bool> ReplyReader::next(Reply& reply) {
  const std::size_t line_end = bytes_.find('\n');
  if (line_end == std::string::npos) return false;
  const std::string line = bytes_.substr(0, line_end);
  const std::size_t space = line.find(' ');
  std::size_t length = 0;
  const char* const end = line.data() + line.size();
  const bool number = space != std::string::npos && std::from_chars(line.data() + space + 1, end, length).ptr == end &&
                      space + 1 < line.size();
  for (const auto& [kind, text] : kReplyKinds) {
    if (!number || text != std::string_view(line).substr(0, space)) continue;
    if (bytes_.size() - line_end - 1 < length) return false;
    reply = {kind, bytes_.substr(line_end + 1, length)};
    bytes_.erase(0, line_end + 1 + length);
    return true;
  }
  return Error{"the worker said \"" + line.substr(0, 80) + "\", which is no reply"};
}

Result<WorkerProcess> WorkerProcess::start(const std::string& program, WorkerRole role,
                                           const Environment& environment) {
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  if (pipe2(to.data(), O_CLOEXEC) != 0) return system_error("no pipe for a worker");
  if (pipe2(from.data(), O_CLOEXEC) != 0) {
    close(to[0]);
    close(to[1]);
    return system_error("no pipe for a worker");
  }
  std::vector<std::string> argument_texts = {program, "--worker", std::string(to_text(role))};
  std::vector<std::string> environment_texts = merged_environment(environment);
  const std::vector<char*> arguments = pointers(argument_texts);
  const std::vector<char*> variables = pointers(environment_texts);
  const pid_t pid = fork();
  if (pid == 0) become_worker(arguments.data(), variables.data(), to[0], from[1]);
  close(to[0]);
  close(from[1]);
  WorkerProcess process(pid, to[1], from[0]);
  if (pid < 0) return system_error("no process for a worker");
  return process;
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      to_(std::exchange(other.to_, -1)),
      from_(std::exchange(other.from_, -1)),
      reader_(std::move(other.reader_)) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  if (this == &other) return *this;
  stop(0);
  pid_ = std::exchange(other.pid_, -1);
  to_ = std::exchange(other.to_, -1);
  from_ = std::exchange(other.from_, -1);
  reader_ = std::move(other.reader_);
  return *this;
}

WorkerProcess::~WorkerProcess() { stop(0); }

Status WorkerProcess::send(const std::string& line) {
  const std::string text = line + "\n";
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t wrote = write(to_, text.data() + sent, text.size() - sent);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return system_error("the worker does not listen");
    sent += static_cast<std::size_t>(wrote);
  }
  return {};
}

Result<Reply> WorkerProcess::receive(double timeout_s, const std::atomic<bool>& interrupted) {
  const auto give_up = Clock::now() + std::chrono::duration<double>(timeout_s);
  std::array<char, 65536> buffer{};
  while (true) {
    Reply reply;
    const Result<bool> complete = reader_.next(reply);
    if (!complete.ok()) return complete.error();
    if (complete.value()) return reply;
    if (interrupted.load()) return Error{"interrupted"};
    if (Clock::now() > give_up)
      return Error{"the worker has not answered for " + std::to_string(static_cast<int>(timeout_s)) + " s"};
    pollfd waiting{from_, POLLIN, 0};
    if (poll(&waiting, 1, 100) <= 0) continue;
    const ssize_t count = read(from_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Error{"the worker died"};
    reader_.add({buffer.data(), static_cast<std::size_t>(count)});
  }
}

bool WorkerProcess::ended() { return pid_ < 0 || waitpid(pid_, nullptr, WNOHANG) == pid_; }

void WorkerProcess::close_input() { close_quietly(to_); }

void WorkerProcess::stop(double grace_s) {
  close_input();
  const auto patience = Clock::now() + std::chrono::duration<double>(grace_s);
  bool gone = ended();
  while (!gone && Clock::now() < patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    gone = ended();
  }
  if (!gone) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_ = -1;
  close_quietly(from_);
}

}  // namespace daris
