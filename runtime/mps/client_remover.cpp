#include "runtime/mps/client_remover.h"

#include <algorithm>
#include <csignal>

namespace daris {

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
    static_cast<void>(daemon_.terminate_client(client));  // whatever it says, the next line ends the process
    kill(client, SIGKILL);
    lock.lock();
    done_.push_back(client);
  }
}

}  // namespace daris
