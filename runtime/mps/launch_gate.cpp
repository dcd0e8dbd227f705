#include "runtime/mps/launch_gate.h"

#include <algorithm>
#include <utility>

namespace daris {
namespace {

// Together, for one removal, they are less than the 100 ms after which deadlines hold again.
constexpr std::int64_t kWaitNs = 40'000'000;
constexpr std::int64_t kRemoveNs = 50'000'000;

}  // namespace

void LaunchGate::shut(ContextId leaving, std::int64_t now_ns) {
  leaving_.push_back(leaving);
  state_ = State::kWaiting;
  since_ns_ = now_ns;
}

bool LaunchGate::may_remove(bool quiet, std::int64_t now_ns) const {
  return quiet || now_ns - since_ns_ > kWaitNs;
}

void LaunchGate::removing(std::int64_t now_ns) {
  state_ = State::kRemoving;
  since_ns_ = now_ns;
}

bool LaunchGate::may_open(bool gone, std::int64_t now_ns) const {
  return gone || now_ns - since_ns_ > kRemoveNs;
}

bool LaunchGate::holds(SlotId slot) const {
  return std::any_of(held_.begin(), held_.end(), [slot](const Held& held) { return held.slot == slot; });
}

void LaunchGate::forget(ContextId context, std::uint32_t streams) {
  std::erase_if(held_, [&](const Held& held) { return held.slot.value() / streams == context.value(); });
}

std::vector<LaunchGate::Held> LaunchGate::open() {
  state_ = State::kOpen;
  leaving_.clear();
  return std::exchange(held_, {});
}

}  // namespace daris
