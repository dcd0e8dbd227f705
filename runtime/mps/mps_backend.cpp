#include "runtime/mps/mps_backend.h"

#include <algorithm>
#include <utility>

#include "runtime/core_pin.h"
#include "runtime/mps/mps_executor.h"

namespace daris {

MpsBackend::MpsBackend(MpsMachine machine) : machine_(std::move(machine)), core_(claim_scheduler_core()) {}

// The smallest grant of MPS follows from the SM groups, which are taken to be Hopper's. A worker's probe
// finds out if they are not.
MachineShape MpsBackend::whole_machine() const {
  MachineShape whole;
  whole.sms = machine_.sms;
  return whole;
}

Result<std::vector<ContextGrant>> MpsBackend::grants_for(const LiveWork& work) const {
  const MachineShape whole = whole_machine();
  DARIS_TRY_ASSIGN(const MachineShape shape, confined(whole, Backend::kMps, work.sms));
  DARIS_TRY_ASSIGN(std::vector<ContextGrant> grants, work.grants(shape, Backend::kMps));
  for (ContextGrant& grant : grants) grant.mps_percentage = mps_percentage_for(whole, grant.granted_sms);
  return grants;
}

// So many that the smallest grant of MPS is no more than a context's part of `sms`.
std::uint32_t MpsBackend::saturation_contexts(std::optional<std::uint32_t> sms) const {
  const std::uint32_t fit = sms.value_or(machine_.sms) / mps_granted_sms(whole_machine(), 1);
  return std::clamp(fit, 1U, kSaturationContexts);
}

Status MpsBackend::check(const LiveWork& work) const {
  if (work.merging != nullptr)
    return Error{"backend \"mps\" has no merged networks; run policy \"merged\" on green or streams"};
  DARIS_TRY(grants_for(work));
  return {};
}

Result<LiveMachine> MpsBackend::make(const LiveWork& work, std::shared_ptr<const RunClock> clock) {
  const auto failed = [this](const Error& error) {
    fleet_.reset();
    return environment_error("backend mps: " + error.message);
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
  DARIS_TRY_ASSIGN(std::vector<ContextGrant> grants, grants_for(work));
  std::vector<WorkerShare> shares;
  for (std::size_t context = 0; context < grants.size(); ++context)
    shares.push_back({grants[context].granted_sms, grants[context].mps_percentage, work.is_urgent(context)});
  if (fleet_ != nullptr && fleet_->fits(shares, work.streams)) return {};
  fleet_.reset();
  DARIS_TRY_ASSIGN(fleet_,
                   WorkerFleet::start({machine_.worker, machine_.device, std::move(shares), work.streams}));
  return {};
}

}  // namespace daris
