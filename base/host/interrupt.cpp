#include "base/host/interrupt.h"

#include <csignal>
#include <ctime>

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace daris {
namespace {

std::atomic<bool> raised{false};
std::atomic<std::int64_t> first_ns{0};  // when it was set; 0: not yet
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free,
              "a signal handler may only touch lock-free atomics");

void take(int signal) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t now_ns = kNsPerSecond * now.tv_sec + now.tv_nsec;
  std::int64_t first = 0;
  const bool is_first = first_ns.compare_exchange_strong(first, now_ns);
  raised.store(true);
  if (is_first || now_ns - first < kNsPerSecond) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);  // is delivered when this handler has returned
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = take;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction known {};
  if (sigaction(SIGHUP, nullptr, &known) == 0 && known.sa_handler != SIG_IGN)
    sigaction(SIGHUP, &action, nullptr);
}

bool interrupted() { return raised.load(); }

}  // namespace daris
