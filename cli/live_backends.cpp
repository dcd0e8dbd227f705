#include "cli/live_backends.h"

#include <exception>

#include "gpu/gpu_facts.h"
#include "profiles/backend_names.h"
#include "runtime/cpu/cpu_backend.h"
#include "runtime/green/green_backend.h"
#include "runtime/mps/mps_program.h"
#include "runtime/streams/streams_backend.h"

namespace daris {
namespace {

Backend chosen_backend(const RunConfig& config) {
  if (!config.automatic_backend) return config.backend;
  return no_gpu() ? Backend::kCpu : Backend::kGreen;
}

Status check_device(Backend backend, std::uint32_t device) {
  const std::string where = "backend " + std::string(to_text(backend)) + ": ";
  if (const auto reason = no_gpu()) return environment_error(where + *reason + "; --backend cpu needs none");
  const auto devices = static_cast<std::uint32_t>(gpu_count());
  if (device < devices) return {};
  return environment_error(where + "there is no GPU " + std::to_string(device) + "; there are " +
                           std::to_string(devices) + ", numbered from 0");
}

Result<std::shared_ptr<LiveBackend>> make(Backend backend, int device) {
  switch (backend) {
    case Backend::kGreen: return std::shared_ptr<LiveBackend>(std::make_shared<GreenBackend>(device));
    case Backend::kStreams: return std::shared_ptr<LiveBackend>(std::make_shared<StreamsBackend>(device));
    case Backend::kCpu: return std::shared_ptr<LiveBackend>(std::make_shared<CpuBackend>());
    case Backend::kMps: break;
  }
  DARIS_TRY_ASSIGN(std::unique_ptr<LiveBackend> mps, make_mps_backend(device));
  return std::shared_ptr<LiveBackend>(std::move(mps));
}

}  // namespace

Result<std::shared_ptr<LiveBackend>> LiveBackends::choose(const RunConfig& config) {
  const Backend backend = chosen_backend(config);
  std::shared_ptr<LiveBackend>& made = made_[{backend, config.device}];
  if (made != nullptr) return made;
  if (backend != Backend::kCpu) {
    DARIS_TRY(check_device(backend, config.device));
  }
  try {
    Result<std::shared_ptr<LiveBackend>> fresh = make(backend, static_cast<int>(config.device));
    if (fresh.ok()) made = fresh.value();
    return fresh;
  } catch (const std::exception& error) {
    return environment_error("backend " + std::string(to_text(backend)) + ": " + error.what());
  }
}

std::string automatic_backend_reason(const LiveBackend& chosen) {
  if (chosen.kind() == Backend::kCpu)
    return "cpu, since there is " + no_gpu().value_or("no GPU") + "; models run on the CPU";
  return "green, which partitions " + chosen.facts().gpu.value_or("the GPU") + " inside one process";
}

}  // namespace daris
