#include "plugin/apart.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <thread>

namespace daris {
namespace {

// Never returns: an exception that `work` lets out would go on in the caller's name, and ends the copy.
[[noreturn]] void work_and_end(const std::function<int()>& work, bool quiet) noexcept {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (quiet) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
  }
  const int status = work();
  std::fflush(nullptr);
  ::_exit(status);
}

// Returns false if the copy did not end in time.
bool wait_for(pid_t copy, const ApartOptions& options, int& status) {
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    const pid_t ended = ::waitpid(copy, &status, options.patience ? WNOHANG : 0);
    if (ended == copy || (ended < 0 && errno != EINTR)) return true;
    if (!options.patience) continue;
    if (std::chrono::steady_clock::now() - begin > *options.patience) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

std::string ApartEnding::trouble() const {
  if (out_of_time) return "does not come to its end";
  if (signal == 0) return "";
  return "crashes (signal " + std::to_string(signal) + ", " + ::strsignal(signal) + ")";
}

Result<ApartEnding> run_apart(const std::function<int()>& work, const ApartOptions& options) {
  std::fflush(nullptr);
  const pid_t copy = ::fork();
  if (copy < 0) return environment_error(std::string("no process can be started: ") + std::strerror(errno));
  if (copy == 0) work_and_end(work, options.quiet);
  ApartEnding ending;
  int status = 0;
  if (!wait_for(copy, options, status)) {
    ::kill(copy, SIGKILL);
    ::waitpid(copy, &status, 0);
    ending.out_of_time = true;
  } else if (WIFSIGNALED(status)) {
    ending.signal = WTERMSIG(status);
  } else {
    ending.exit_status = WEXITSTATUS(status);
  }
  return ending;
}

}  // namespace daris
