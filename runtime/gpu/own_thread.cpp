#include "runtime/gpu/own_thread.h"

#include <utility>

namespace daris {

OwnThread::~OwnThread() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void OwnThread::run(const std::function<void()>& work) {
  std::packaged_task<void()> task(work);
  std::future<void> done = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    work_ = std::move(task);
  }
  changed_.notify_one();
  done.get();
}

void OwnThread::serve() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ends_ || work_.valid(); });
    if (!work_.valid()) return;
    std::packaged_task<void()> task = std::exchange(work_, {});
    lock.unlock();
    task();
  }
}

}  // namespace daris
