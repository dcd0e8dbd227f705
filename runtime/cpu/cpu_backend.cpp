#include "runtime/cpu/cpu_backend.h"

#include <torch/version.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "profiles/shape.h"
#include "runtime/cpu/cpu_executor.h"

namespace daris {

CpuBackend::CpuBackend() { facts_.libtorch = TORCH_VERSION; }

std::uint32_t CpuBackend::saturation_contexts(std::optional<std::uint32_t>) const {
  return std::clamp(std::thread::hardware_concurrency(), 1U, kSaturationContexts);
}

Status CpuBackend::check(const LiveWork& work) const {
  if (work.sms)
    return Error{"sms: " + std::to_string(*work.sms) +
                 " has no meaning for backend \"cpu\", which has no SMs; leave it out"};
  return {};
}

Result<LiveMachine> CpuBackend::make(const LiveWork& work, std::shared_ptr<const RunClock> clock) {
  CpuRequest request;
  request.workload = work.workload;
  request.contexts = work.contexts;
  request.streams = work.streams;
  request.staged = work.staged;
  request.copies = work.copies;
  request.merging = work.merging.get();
  request.seed = work.seed;
  request.watch = work.watch;
  DARIS_TRY_ASSIGN(std::unique_ptr<CpuExecutor> executor, CpuExecutor::create(request, std::move(clock)));
  LiveMachine machine;
  machine.stages = executor->stages();
  machine.executor = std::move(executor);
  return machine;
}

}  // namespace daris
