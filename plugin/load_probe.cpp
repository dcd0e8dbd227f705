#include "plugin/load_probe.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "plugin/interface.h"

namespace daris {
namespace {

constexpr std::chrono::seconds kPatience{10};

// What the copy of the process does. It never returns, and runs none of this program's destructors.
[[noreturn]] void load_and_end(const std::string& file, const char* name) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  if (void* const object = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (void* const found = ::dlsym(object, name)) reinterpret_cast<PolicyPluginFunction>(found)();
  }
  ::_exit(0);
}

// Returns false if the process did not end in time; then it is killed.
bool wait_for(pid_t process, int& status) {
  const auto limit = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const pid_t ended = ::waitpid(process, &status, WNOHANG);
    if (ended == process || (ended < 0 && errno != EINTR)) return true;
    if (std::chrono::steady_clock::now() > limit) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::kill(process, SIGKILL);
  ::waitpid(process, &status, 0);
  return false;
}

}  // namespace

Status probe_load(const std::string& file, const char* name) {
  const pid_t process = ::fork();
  if (process < 0) return environment_error(file + ": no process to try it in: " + std::strerror(errno));
  if (process == 0) load_and_end(file, name);
  int status = 0;
  if (!wait_for(process, status)) return Error{"does not come to its end while it is loaded"};
  if (!WIFSIGNALED(status)) return {};
  const int signal = WTERMSIG(status);
  return Error{"crashes while it is loaded (signal " + std::to_string(signal) + ", " + ::strsignal(signal) +
               ")"};
}

}  // namespace daris
