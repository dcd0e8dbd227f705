#include "runtime/cpu/cpu_executor.h"

#include <chrono>
#include <exception>
#include <thread>
#include <utility>

#include "base/check.h"
#include "policy/decision.h"

namespace daris {

Result<std::unique_ptr<CpuExecutor>> CpuExecutor::create(const CpuRequest& request,
                                                         std::shared_ptr<const RunClock> clock) {
  try {
    DARIS_TRY_ASSIGN(ModelSet models,
                     ModelSet::create(*request.workload, request.staged, request.seed, request.watch,
                                      request.merging));
    auto world = std::make_shared<CpuWorld>(
        CpuWorld{std::move(models), std::move(clock), request.copies, request.hooks});
    return std::unique_ptr<CpuExecutor>(
        new CpuExecutor(request, std::move(world), request.workload->tasks.size()));
  } catch (const std::exception& error) {
    return environment_error(std::string("backend cpu: the models can't be set up: ") + error.what());
  }
}

CpuExecutor::CpuExecutor(const CpuRequest& request, std::shared_ptr<const CpuWorld> world, std::size_t tasks)
    : world_(std::move(world)),
      streams_(request.streams),
      granted_(request.contexts, request.streams),
      frames_(tasks) {
  slots_.resize(std::size_t{request.contexts} * request.streams);
  for (Slot& slot : slots_) slot.worker = SlotWorker::start(world_);
}

CpuExecutor::~CpuExecutor() {
  for (Slot& slot : slots_) slot.worker->stop();
}

std::optional<LaunchFailure> CpuExecutor::launch(const LaunchStage& launch) {
  Slot& slot = slots_[launch.slot.at()];
  DARIS_CHECK(!slot.abandoned);
  posting_.clear();
  for (const JobId job : launch.jobs) posting_.push_back(frames_.of(job));
  slot.ending.clear();
  const bool last = launch.stage.at() + 1 == world_->models.of(launch.jobs.front().task).stages();
  if (last) slot.ending.assign(launch.jobs.begin(), launch.jobs.end());
  slot.worker->post(launch.stage, launch.batch, posting_);
  posting_.clear();
  return std::nullopt;
}

void CpuExecutor::poll(PolledEvents& out) {
  for (std::size_t index = 0; index < slots_.size(); ++index) {
    Slot& slot = slots_[index];
    if (slot.abandoned) continue;
    const std::optional<SlotWorker::Outcome> outcome = slot.worker->take();
    if (!outcome) continue;
    for (const JobId job : slot.ending) frames_.release(job);
    const SlotId id(static_cast<std::uint32_t>(index));
    if (outcome->failure) {
      note_first_failure(outcome->reason);
      out.failed.push_back({id, *outcome->failure});
    } else {
      out.finished.push_back({id, outcome->started, outcome->execution});
    }
  }
}

void CpuExecutor::abandon(ContextId context) {
  for (std::uint32_t stream = 0; stream < streams_; ++stream)
    slots_[context.at() * streams_ + stream].abandoned = true;
}

bool CpuExecutor::drain(Duration limit) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point until = Clock::now() + std::chrono::nanoseconds(limit.ns());
  while (any_busy() && Clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (any_busy()) return false;
  for (Slot& slot : slots_) {
    (void)slot.worker->take();
    slot.abandoned = false;
  }
  frames_.release_all();
  return true;
}

// The first line says what it was, and the first failure tells of all the others.
void CpuExecutor::note_first_failure(const std::string& reason) {
  if (notes_.empty() && !reason.empty())
    notes_.push_back("a stage failed: " + reason.substr(0, reason.find('\n')));
}

bool CpuExecutor::any_busy() const {
  for (const Slot& slot : slots_) {
    if (slot.worker->busy()) return true;
  }
  return false;
}

}  // namespace daris
