// A thread that does work for others, who wait for it. It serves libraries that keep state by thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace daris {

// Threads: one caller at a time.
class OwnThread {
 public:
  OwnThread() : thread_([this] { serve(); }) {}
  // Waits for the thread to end.
  ~OwnThread();
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;

  // Runs `work` in the thread and waits for it. What it throws is thrown here.
  void run(const std::function<void()>& work);

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::packaged_task<void()> work_;  // not yet taken by the thread
  bool ends_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace daris
