#include "runtime/gpu/gpu_executor.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/check.h"
#include "policy/decision.h"

namespace daris {

GpuExecutor::GpuExecutor(Parts parts)
    : parts_(std::move(parts)), states_(parts_.store->slots(), SlotState::kIdle) {}

GpuExecutor::~GpuExecutor() {
  if (!any_busy() && !broken_) return;
  static_cast<void>(parts_.launcher.release());
  // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): without memory to leak it in, the program must end.
  static_cast<void>(new std::shared_ptr<ChainStore>(parts_.store));
}

std::optional<LaunchFailure> GpuExecutor::launch(const LaunchStage& launch) {
  SlotState& state = states_[launch.slot.at()];
  DARIS_CHECK(state == SlotState::kIdle);
  const cudaError_t status = parts_.launcher->launch(launch);
  if (status == cudaErrorMemoryAllocation) return LaunchFailure::kOutOfMemory;
  if (status != cudaSuccess) {
    broken_ = true;
    return LaunchFailure::kDeviceError;
  }
  state = SlotState::kBusy;
  return std::nullopt;
}

std::optional<Duration> GpuExecutor::ended(std::size_t slot) const {
  return parts_.store->edges().line(slot).time_of(parts_.store->launched(slot));
}

void GpuExecutor::poll(PolledEvents& out) {
  if (broken_) return lose_all(out);
  for (std::uint32_t slot = 0; slot < states_.size(); ++slot) {
    if (states_[slot] != SlotState::kBusy) continue;
    const std::optional<Duration> took = ended(slot);
    if (!took) continue;
    states_[slot] = SlotState::kIdle;
    parts_.launcher->end(SlotId(slot));
    // It ended before it was seen, so on the run's clock it began no later than this.
    out.finished.push_back({SlotId(slot), parts_.clock->now() - *took, *took});
  }
  if (out.empty()) parts_.launcher->tend_inputs();  // else the next launch comes first
  constexpr std::uint32_t kPollsPerLook = 8192;     // about a millisecond
  if (++polls_ % kPollsPerLook == 0) look_for_errors(out);
}

// A fault on the GPU ends no stage, but every call of CUDA then reports it.
void GpuExecutor::look_for_errors(PolledEvents& out) {
  const auto busy = std::find(states_.begin(), states_.end(), SlotState::kBusy);
  if (busy == states_.end()) return;
  const auto slot = static_cast<std::size_t>(busy - states_.begin());
  const cudaError_t status =
      cudaStreamQuery(parts_.launcher->stream(SlotId(static_cast<std::uint32_t>(slot))));
  if (status == cudaSuccess || status == cudaErrorNotReady) return;
  broken_ = true;
  lose_all(out);
}

void GpuExecutor::lose_all(PolledEvents& out) {
  if (std::exchange(told_, true)) return;
  for (std::uint32_t context = 0; context < parts_.granted_sms.size(); ++context)
    out.lost.push_back({ContextId(context)});
}

void GpuExecutor::abandon(ContextId context) {
  for (std::uint32_t stream = 0; stream < parts_.streams; ++stream) {
    SlotState& state = states_[context.at() * parts_.streams + stream];
    if (state == SlotState::kBusy) state = SlotState::kAbandonedBusy;
    if (state == SlotState::kIdle) state = SlotState::kAbandoned;
  }
  parts_.launcher->abandon(context);
}

bool GpuExecutor::drain(Duration limit) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point until = Clock::now() + std::chrono::nanoseconds(limit.ns());
  while (!broken_ && any_busy() && Clock::now() < until)
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  if (broken_ || any_busy()) return false;
  std::fill(states_.begin(), states_.end(), SlotState::kIdle);
  parts_.launcher->reset();
  return true;
}

bool GpuExecutor::any_busy() const {
  for (std::size_t slot = 0; slot < states_.size(); ++slot) {
    const bool launched = states_[slot] == SlotState::kBusy || states_[slot] == SlotState::kAbandonedBusy;
    if (launched && !ended(slot)) return true;
  }
  return false;
}

}  // namespace daris
