#include "runtime/mps/mps_backend.h"

#include <algorithm>
#include <utility>

#include "runtime/core_pin.h"
#include "runtime/mps/mps_executor.h"

namespace daris {
namespace {}  // namespace

MpsBackend::MpsBackend(MpsMachine machine) : machine_(std::move(machine)), core_(claim_scheduler_core()) {}

// With groups as Hopper's, by which MPS has its least grant: a worker's probe finds out where that is another
// one.
MachineShape MpsBackend::whole_machine() const {
  MachineShape whole;
  whole.sms = machine_.sms;
  return whole;
}

Result<std::vector<ContextGrant>> MpsBackend::grants_for(const LiveWork& work) const {
  const MachineShape whole = whole_machine();
  const Result<MachineShape> shape = confined(whole, Backend::kMps, work.sms);
  if (!shape.ok()) return shape.error();
  Result<std::vector<ContextGrant>> grants = make_partition(
      shape.value(), {Backend::kMps, work.contexts, work.streams, work.oversubscription_milli, work.sms});
  if (!grants.ok()) return grants;
  for (ContextGrant& grant : grants.value())
    grant.mps_percentage = mps_percentage_for(whole, grant.granted_sms);
  return grants;
}

// So many that MPS grants each no more than its part of `sms`.
std::uint32_t MpsBackend::saturation_contexts(std::optional<std::uint32_t> sms) const {
  const std::uint32_t fit = sms.value_or(machine_.sms) / mps_granted_sms(whole_machine(), 1);
  return std::clamp(fit, 1U, kSaturationContexts);
}

Status MpsBackend::check(const LiveWork& work) const {
  const Result<std::vector<ContextGrant>> grants = grants_for(work);
  if (!grants.ok()) return grants.error();
  return {};
}

Result<LiveMachine> MpsBackend::make(const LiveWork& work, std::shared_ptr<const RunClock> clock) {
  const auto failed = [this](const Error& error) {
    fleet_.reset();
    return Error{"backend mps: " + error.message};
  };
  if (const Status entered = enter(work); !entered.ok()) return failed(entered.error());
  const Result<std::vector<WorkerReady>> ready = fleet_->set_up(work);
  if (!ready.ok()) return failed(ready.error());
  LiveMachine made;
  made.stages = ready.value().front().stages;
  std::vector<std::uint32_t> granted;
  for (const WorkerReady& worker : ready.value()) {
    granted.push_back(worker.granted_sms);
    made.context_memory_bytes.push_back(worker.memory_bytes);
  }
  made.executor = std::make_unique<MpsExecutor>(fleet_, std::move(granted), std::move(clock));
  return made;
}

// The old fleet goes first: the new one needs the GPU's memory.
Status MpsBackend::enter(const LiveWork& work) {
  const Result<std::vector<ContextGrant>> grants = grants_for(work);
  if (!grants.ok()) return grants.error();
  const auto percentage = grants.value().front().mps_percentage;
  if (fleet_ != nullptr && fleet_->fits(work.contexts, work.streams, percentage)) return {};
  fleet_.reset();
  Result<std::unique_ptr<WorkerFleet>> fleet =
      WorkerFleet::start({machine_.worker, machine_.device, grants.value(), work.streams});
  if (!fleet.ok()) return fleet.error();
  fleet_ = std::move(fleet).value();
  return {};
}

}  // namespace daris
