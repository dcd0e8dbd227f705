#include "base/host/interrupt.h"

#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <ctime>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include "base/host/exit_code.h"
#include "base/host/terminal.h"
#include "base/time.h"

namespace daris {
namespace {

constexpr std::int64_t kHeldTryAgainUs = 20'000;

std::atomic<bool> raised{false};
std::atomic<std::int64_t> first_ns{0};  // when it was set; 0: not yet
std::atomic<int> holds{0};
std::atomic<std::int64_t> grace_us{0};
std::atomic<const char*> last_words{nullptr};
std::atomic<bool> wipes_line{false};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free &&
                  std::atomic<int>::is_always_lock_free && std::atomic<const char*>::is_always_lock_free,
              "a signal handler may only touch lock-free atomics");

void say(const char* text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;  // nobody is there to be told
}

// A call of the system on Linux, so a handler may make it.
void ring_in(std::int64_t us) {
  itimerval timer{};
  timer.it_value.tv_sec = us / 1'000'000;
  timer.it_value.tv_usec = us % 1'000'000;
  setitimer(ITIMER_REAL, &timer, nullptr);
}

[[noreturn]] void end() {
  if (wipes_line.load()) say(kWipeLine);
  say("daris: ");
  say(last_words.load());
  say("\n");
  _exit(kInterrupted);
}

void end_unless_held() {
  if (holds.load() > 0) return ring_in(kHeldTryAgainUs);
  end();
}

void take(int signal) {
  const int before = errno;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t now_ns = kNsPerSecond * now.tv_sec + now.tv_nsec;
  std::int64_t first = 0;
  const bool is_first = first_ns.compare_exchange_strong(first, now_ns);
  raised.store(true);
  if (is_first && grace_us.load() == 0) end_unless_held();
  if (is_first) ring_in(grace_us.load());
  errno = before;
  if (is_first || signal == SIGXCPU || now_ns - first < kNsPerSecond) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);  // is delivered when this handler has returned
}

void take_alarm(int) {
  const int before = errno;
  end_unless_held();
  errno = before;
}

sigset_t signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void catch_interrupts(const InterruptPlan& plan) {
  last_words.store(plan.message);
  wipes_line.store(plan.wipes_line);
  grace_us.store(std::chrono::microseconds(plan.grace).count());
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = take_alarm;
  sigaction(SIGALRM, &action, nullptr);
  action.sa_handler = take;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGXCPU, &action, nullptr);
  struct sigaction known {};
  if (sigaction(SIGHUP, nullptr, &known) == 0 && known.sa_handler != SIG_IGN)
    sigaction(SIGHUP, &action, nullptr);
  const sigset_t caught = signals();
  sigprocmask(SIG_UNBLOCK, &caught, nullptr);
}

void change_last_words(const char* message) { last_words.store(message); }

bool interrupted() { return raised.load(); }

void end_if_interrupted() {
  if (interrupted() && holds.load() == 0) end();
}

InterruptHold::InterruptHold() { ++holds; }
InterruptHold::~InterruptHold() { --holds; }

void hold_back_interrupts() {
  const sigset_t held = signals();
  sigprocmask(SIG_BLOCK, &held, nullptr);
}

}  // namespace daris
