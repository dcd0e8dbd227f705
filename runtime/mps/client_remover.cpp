#include "runtime/mps/client_remover.h"

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

namespace daris {
namespace {

// It stays to be waited for.
bool ends_by_itself(pid_t process, std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kTick = std::chrono::milliseconds(1);
  const Clock::time_point give_up = Clock::now() + patience;
  while (Clock::now() < give_up) {
    siginfo_t info{};
    if (waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return false;
    if (info.si_pid == process) return true;
    std::this_thread::sleep_for(kTick);
  }
  return false;
}

}  // namespace

ClientRemover::ClientRemover(const MpsDaemon& daemon) : daemon_(daemon), thread_([this] { work(); }) {}

ClientRemover::~ClientRemover() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ClientRemover::remove(pid_t client) {
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(client);
  }
  changed_.notify_one();
}

bool ClientRemover::done(pid_t client) {
  const std::lock_guard lock(mutex_);
  return std::find(done_.begin(), done_.end(), client) != done_.end();
}

void ClientRemover::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !asked_.empty(); });
    if (asked_.empty()) return;
    const pid_t client = asked_.front();
    asked_.erase(asked_.begin());
    lock.unlock();
    static_cast<void>(daemon_.terminate_client(client));  // whatever it says, the process ends
    // It sees that it has lost the GPU, and goes. Killed at once, while the server still takes its work down, it can hurt the others.
    constexpr auto kPatience = std::chrono::milliseconds(500);
    if (!ends_by_itself(client, kPatience)) kill(client, SIGKILL);
    lock.lock();
    done_.push_back(client);
  }
}

}  // namespace daris
