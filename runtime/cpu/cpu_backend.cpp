#include "runtime/cpu/cpu_backend.h"

#include <torch/version.h>

#include <string>
#include <utility>

#include "runtime/cpu/cpu_executor.h"

namespace daris {

CpuBackend::CpuBackend() { facts_.libtorch = TORCH_VERSION; }

Status CpuBackend::check(const LiveWork& work) const {
  if (work.sms) return Error{"sms: " + std::to_string(*work.sms) + " has no meaning for backend \"cpu\", which has no SMs; leave it out"};
  return {};
}

Result<LiveMachine> CpuBackend::make(const LiveWork& work, std::shared_ptr<const RunClock> clock) {
  CpuRequest request;
  request.workload = work.workload;
  request.contexts = work.contexts;
  request.streams = work.streams;
  request.staged = work.staged;
  request.copies = work.copies;
  request.seed = work.seed;
  Result<std::unique_ptr<CpuExecutor>> executor = CpuExecutor::create(request, std::move(clock));
  if (!executor.ok()) return executor.error();
  LiveMachine machine;
  machine.stages = executor.value()->stages();
  machine.executor = std::move(executor).value();
  return machine;
}

}  // namespace daris
