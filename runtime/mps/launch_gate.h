// Holds launches back while a worker that was given up is taken off the GPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "policy/ids.h"

namespace daris {

// Terminating a busy client can hurt clients that run something at that moment, but no others. So the others
// first get a while to finish what they run. Then the worker is removed. Once it is gone, or its time is
// over, the launches that were held go out. The time that they waited counts into their latency. Threads:
// one. Allocates only while it is shut.
class LaunchGate {
 public:
  enum class State { kOpen, kWaiting, kRemoving };

  [[nodiscard]] State state() const { return state_; }
  // Contexts whose workers wait to be removed or are being removed.
  [[nodiscard]] std::span<const ContextId> leaving() const { return leaving_; }

  // Says that one context more leaves. If one is being removed already, all wait anew, and the gate opens for
  // all together.
  void shut(ContextId leaving, std::int64_t now_ns);
  // In state kWaiting: true if the workers are to be removed now. `quiet` says that no other worker runs
  // anything.
  [[nodiscard]] bool may_remove(bool quiet, std::int64_t now_ns) const;
  void removing(std::int64_t now_ns);
  // In state kRemoving: true if the gate is to open now. `gone` says that the workers have ended.
  [[nodiscard]] bool may_open(bool gone, std::int64_t now_ns) const;

  struct Held {
    SlotId slot;
    std::vector<std::uint32_t> words;  // the command, encoded
  };
  void hold(SlotId slot, std::span<const std::uint32_t> words) {
    held_.push_back({slot, {words.begin(), words.end()}});
  }
  [[nodiscard]] bool holds(SlotId slot) const;
  // Drops what is held for the context: it will not be launched.
  void forget(ContextId context, std::uint32_t streams);
  // Opens the gate and returns what was held, in its order.
  [[nodiscard]] std::vector<Held> open();

 private:
  State state_ = State::kOpen;
  std::int64_t since_ns_ = 0;
  std::vector<ContextId> leaving_;
  std::vector<Held> held_;
};

}  // namespace daris
