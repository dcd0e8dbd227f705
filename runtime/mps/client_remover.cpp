#include "runtime/mps/client_remover.h"

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

namespace daris {
namespace {

using Clock = std::chrono::steady_clock;

// Returns false if it has not ended by `give_up`. Does not reap it: its parent still has to wait for it.
bool ends_by_itself(pid_t process, Clock::time_point give_up) {
  constexpr auto kTick = std::chrono::milliseconds(1);
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

// Terminated clients see that they have lost the GPU, and end. A client that is killed at once, while the
// server still takes its work down, can hurt others. A stopped client must go on to see it; until then all
// others wait for it.
void ClientRemover::remove_all(const std::vector<pid_t>& clients) const {
  constexpr auto kPatience = std::chrono::milliseconds(500);
  for (const pid_t client : clients) kill(client, SIGCONT);
  // The process ends, whatever the daemon says.
  for (const pid_t client : clients) static_cast<void>(daemon_.terminate_client(client, kPatience));
  const Clock::time_point give_up = Clock::now() + kPatience;
  for (const pid_t client : clients)
    if (!ends_by_itself(client, give_up)) kill(client, SIGKILL);
}

void ClientRemover::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !asked_.empty(); });
    if (asked_.empty()) return;
    const std::vector<pid_t> clients = std::exchange(asked_, {});
    lock.unlock();
    remove_all(clients);
    lock.lock();
    done_.insert(done_.end(), clients.begin(), clients.end());
  }
}

}  // namespace daris
