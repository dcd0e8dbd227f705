#include "base/host/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace daris {

namespace {

// The work of all threads. The first exception of any of them ends it.
class Indices {
 public:
  Indices(std::size_t count, const std::function<void(std::size_t)>& work,
          const std::function<bool()>& stopped)
      : count_(count), work_(work), stopped_(stopped) {}

  void take_all() noexcept {
    try {
      for (std::size_t i = next_++; i < count_ && !failed_ && !stopped_(); i = next_++) work_(i);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failed_) thrown_ = std::current_exception();
      failed_ = true;
    }
  }

  // REQUIRES: all threads have ended.
  void throw_if_failed() const {
    if (failed_) std::rethrow_exception(thrown_);
  }

 private:
  std::size_t count_;
  const std::function<void(std::size_t)>& work_;
  const std::function<bool()>& stopped_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr thrown_;
};

// If the system starts no more threads, those that there are do the work.
void start_helpers(std::vector<std::jthread>& helpers, std::size_t count, Indices& indices) {
  try {
    for (std::size_t i = 0; i < count; ++i) helpers.emplace_back([&indices] { indices.take_all(); });
  } catch (const std::system_error&) {
    return;
  }
}

}  // namespace

void for_each_index(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work,
                    const std::function<bool()>& stopped) {
  Indices indices(count, work, stopped);
  {
    std::vector<std::jthread> helpers;
    helpers.reserve(std::min(threads, count));
    start_helpers(helpers, std::max<std::size_t>(std::min(threads, count), 1) - 1, indices);
    indices.take_all();
  }
  indices.throw_if_failed();
}

std::size_t all_cores() { return std::max<std::size_t>(std::thread::hardware_concurrency(), 1); }

}  // namespace daris
