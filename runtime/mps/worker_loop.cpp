#include "runtime/mps/worker_loop.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <utility>

#include "policy/decision.h"
#include "runtime/core_pin.h"
#include "runtime/mps/monotonic_ns.h"
#include "runtime/run_clock.h"

namespace daris {

int WorkerLoop::run() {
  for (std::string line; read_line(line);) {
    const Result<WorkerReady> ready = set_up(line);
    if (!say(encode_answer(ready)) || !ready.ok()) return 1;
    if (serve() == Wake::kFault) return 1;
  }
  return 0;
}

bool WorkerLoop::read_line(std::string& line) {
  std::array<char, 65536> buffer{};
  std::size_t end = said_.find('\n');
  while (end == std::string::npos) {
    const ssize_t count = read(input_, buffer.data(), buffer.size());
    if (count <= 0) return false;
    said_.append(buffer.data(), static_cast<std::size_t>(count));
    end = said_.find('\n');
  }
  line = said_.substr(0, end);
  said_.erase(0, end + 1);
  return true;
}

bool WorkerLoop::say(const std::string& line) const {
  const std::string text = line + "\n";
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t wrote = write(output_, text.data() + sent, text.size() - sent);
    if (wrote <= 0) return false;
    sent += static_cast<std::size_t>(wrote);
  }
  return true;
}

SetUpWatch WorkerLoop::watch() const {
  constexpr std::int64_t kTellEveryNs = 100'000'000;
  SetUpWatch watch;
  watch.stopped = [this] { return input_is_closed(); };
  watch.captured = [this, next_ns = std::int64_t{0}](std::size_t captured, std::size_t all) mutable {
    const std::int64_t now_ns = monotonic_ns();
    if (now_ns < next_ns) return;
    next_ns = now_ns + kTellEveryNs;
    static_cast<void>(say(encode_progress({captured, all})));
  };
  return watch;
}

bool WorkerLoop::input_is_closed() const {
  pollfd told{input_, POLLRDHUP, 0};
  return poll(&told, 1, 0) > 0 && (told.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

Result<WorkerReady> WorkerLoop::set_up(const std::string& line) {
  DARIS_TRY_ASSIGN(const WorkerSetup setup, decode_setup(line));
  if (!segment_) {
    DARIS_TRY_ASSIGN(Segment attached, Segment::attach(memory_, setup.contexts, setup.streams));
    segment_.emplace(std::move(attached));
    shared_ = segment_->worker(setup.context);
    shared_.report->life.hold();
  }
  core_ = setup.core;
  busy_.assign(setup.streams, false);
  return engine_.set_up(setup, shared_.lines, watch());
}

// Serves until there is a line to read, the input has ended, or the engine has a fault.
WorkerLoop::Wake WorkerLoop::serve() {
  constexpr std::int64_t kLookEveryNs =
      10'000'000;  // a look takes as long as a launch, and may come before one
  const CorePin pin(core_);
  MonotonicClock clock(core_ ? IdleMode::kSpin : IdleMode::kNap);
  std::vector<std::uint32_t> words;
  std::int64_t next_look_ns = monotonic_ns();
  while (true) {
    while (shared_.commands->pop(words)) obey(decoder_.decode(words));
    for (std::uint32_t slot = 0; slot < busy_.size(); ++slot) end_if_ended(SlotId(slot));
    const std::int64_t now_ns = monotonic_ns();
    if (now_ns >= next_look_ns || probing_) {
      next_look_ns = now_ns + kLookEveryNs;
      if (const std::optional<Wake> wake = look()) return *wake;
    }
    clock.idle(clock.now() + Duration::from_ns(kLookEveryNs));
  }
}

void WorkerLoop::obey(const WorkerCommand& command) {
  switch (command.kind) {
    case CommandKind::kLaunch: launch(command); return;
    case CommandKind::kDrop:
      for (const JobId job : command.jobs) engine_.drop(job);
      return;
    case CommandKind::kReset:
      for (std::uint32_t slot = 0; slot < busy_.size(); ++slot) end_if_ended(SlotId(slot));
      engine_.reset();
      shared_.report->reset.store(command.ticket, std::memory_order_release);
      return;
    case CommandKind::kProbe:
      engine_.begin_probe();
      probing_ = command.ticket;
      return;
  }
}

// The scheduler has seen the slot's last stage end, perhaps before this thread did.
void WorkerLoop::launch(const WorkerCommand& command) {
  end_if_ended(command.slot);
  SlotReport& report = shared_.slots[command.slot.at()];
  const std::optional<LaunchFailure> failure =
      engine_.launch({command.slot, command.stage, command.batch, command.jobs});
  busy_[command.slot.at()] = !failure;
  report.handed_over_ns.store(monotonic_ns() - command.posted_ns, std::memory_order_relaxed);
  report.failure.store(failure ? 1 + static_cast<std::uint32_t>(*failure) : 0, std::memory_order_relaxed);
  report.stages.store(engine_.launched(command.slot), std::memory_order_relaxed);
  report.dealt.fetch_add(1, std::memory_order_release);
}

void WorkerLoop::end_if_ended(SlotId slot) {
  if (!busy_[slot.at()] || !shared_.lines[slot.at()].time_of(engine_.launched(slot))) return;
  busy_[slot.at()] = false;
  engine_.end(slot);
}

std::optional<WorkerLoop::Wake> WorkerLoop::look() {
  if (const std::optional<std::string> fault = engine_.fault()) {
    shared_.report->set_fault(*fault);
    return Wake::kFault;
  }
  if (probing_ && engine_.probe_ended()) {
    shared_.report->probed.store(*probing_, std::memory_order_release);
    probing_.reset();
  }
  pollfd told{input_, POLLIN, 0};
  if (poll(&told, 1, 0) > 0) return Wake::kTold;
  return std::nullopt;
}

}  // namespace daris
