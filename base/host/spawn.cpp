#include "base/host/spawn.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "base/host/interrupt.h"

namespace daris {
namespace {

constexpr int kCannotRun = 127;  // the exit status that a shell gives too

// Holds what a child needs between fork and exec. There it may call only what neither allocates nor locks.
struct Child {
  std::vector<char*> words;
  std::vector<char*> environment;
  std::array<int, 3> streams;  // -1: /dev/null
  int descriptor;              // -1: none
  int signal_at_owners_end;
  pid_t owner;
};

void end_unless(bool possible) {
  if (!possible) _exit(kCannotRun);
}

// A copy of a descriptor above all numbers that are given out here, so that none is overwritten.
int moved_up(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, kSpawnDescriptor + 1); }

// A second copy of a descriptor stays open through exec, whatever the first one is marked as.
void keep_as(int descriptor, int number) {
  if (descriptor == number) {
    end_unless(fcntl(number, F_SETFD, 0) == 0);
  } else {
    end_unless(dup2(descriptor, number) == number);
  }
}

void connect(const Child& child) {
  const int nowhere = moved_up(open("/dev/null", O_RDWR | O_CLOEXEC));
  end_unless(nowhere >= 0);
  std::array<int, 3> moved{};
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const int copy = child.streams[i] < 0 ? -1 : moved_up(child.streams[i]);  // -1 too if the owner closed it
    moved[i] = copy < 0 ? nowhere : copy;
  }
  if (child.descriptor >= 0) keep_as(child.descriptor, kSpawnDescriptor);
  for (std::size_t i = 0; i < moved.size(); ++i) keep_as(moved[i], static_cast<int>(i));
}

[[noreturn]] void run(const Child& child) {
  if (child.signal_at_owners_end == 0) {
    setsid();
  } else {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, child.signal_at_owners_end);
    end_unless(getppid() == child.owner);  // it ended before the kernel was told
  }
  connect(child);
  execve(child.words[0], child.words.data(), child.environment.data());
  _exit(kCannotRun);
}

std::vector<std::string> variables_of(const SpawnRequest& request) {
  std::vector<std::string> variables;
  for (char** entry = environ; request.inherits_environment && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    bool changed = false;
    for (const auto& [name, value] : request.environment)
      changed = changed || text.substr(0, text.find('=')) == name;
    if (!changed) variables.emplace_back(text);
  }
  for (const auto& [name, value] : request.environment) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> made;
  made.reserve(texts.size() + 1);
  for (std::string& text : texts) made.push_back(text.data());
  made.push_back(nullptr);
  return made;
}

}  // namespace

std::string this_program() {
  std::array<char, 4096> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : "/proc/self/exe";
}

Result<pid_t> spawn(const SpawnRequest& request) {
  std::vector<std::string> words = request.words;
  std::vector<std::string> variables = variables_of(request);
  const Child child{pointers(words),
                    pointers(variables),
                    {request.input.value_or(-1), request.output.value_or(-1), request.errors.value_or(-1)},
                    request.descriptor.value_or(-1),
                    request.signal_at_owners_end,
                    getpid()};
  const pid_t pid = fork();
  if (pid == 0) run(child);
  if (pid < 0) return environment_error(std::string("no process: ") + std::strerror(errno));
  return pid;
}

std::string become_program(const std::vector<std::string>& words) {
  std::vector<std::string> texts = words;
  hold_back_interrupts();  // the program is not ready for them while it is loaded
  execv(texts[0].c_str(), pointers(texts).data());
  return std::strerror(errno);
}

}  // namespace daris
