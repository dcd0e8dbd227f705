// Holds launches back while a worker that is given up is taken off the GPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "policy/ids.h"

namespace daris {

// Terminating a busy client can hurt those that run something at that moment, and hurts nobody else. So the
// others finish what they run, for which they get a while; then the worker is removed; when it has gone, or
// has had its time, the launches that were held go out: the time that they waited counts into their latency.
// Threads: one. Allocates only while it is shut.
class LaunchGate {
 public:
  enum class State { kOpen, kWaiting, kRemoving };

  [[nodiscard]] State state() const { return state_; }
  // Contexts whose workers wait to be removed or are being removed.
  [[nodiscard]] std::span<const ContextId> leaving() const { return leaving_; }

  // One context more leaves. Where one is being removed already, all wait anew, and the gate opens for all
  // together.
  void shut(ContextId leaving, std::int64_t now_ns);
  // kWaiting: whether to remove now. `quiet`: no other worker runs anything.
  [[nodiscard]] bool may_remove(bool quiet, std::int64_t now_ns) const;
  void removing(std::int64_t now_ns);
  // kRemoving: whether to open. `gone`: the workers have ended.
  [[nodiscard]] bool may_open(bool gone, std::int64_t now_ns) const;

  struct Held {
    SlotId slot;
    std::vector<std::uint32_t> words;  // the command, encoded
  };
  void hold(SlotId slot, std::span<const std::uint32_t> words) {
    held_.push_back({slot, {words.begin(), words.end()}});
  }
  [[nodiscard]] bool holds(SlotId slot) const;
  // Nothing that is held for the context will be launched.
  void forget(ContextId context, std::uint32_t streams);
  // What was held, in its order.
  [[nodiscard]] std::vector<Held> open();

 private:
  State state_ = State::kOpen;
  std::int64_t since_ns_ = 0;
  std::vector<ContextId> leaving_;
  std::vector<Held> held_;
};

}  // namespace daris
