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

Backend settled_mechanism(const RunConfig& config) {
  if (!config.automatic_backend) return config.backend;
  return no_gpu() ? Backend::kCpu : Backend::kGreen;
}

Status check_device(Backend mechanism, std::uint32_t device) {
  const std::string where = "backend " + std::string(to_text(mechanism)) + ": ";
  if (const auto reason = no_gpu()) return environment_error(where + *reason + "; --backend cpu needs none");
  const auto devices = static_cast<std::uint32_t>(gpu_count());
  if (device < devices) return {};
  return environment_error(where + "there is no GPU " + std::to_string(device) + "; there are " +
                           std::to_string(devices) + ", numbered from 0");
}

Result<std::shared_ptr<LiveBackend>> make(Backend mechanism, int device) {
  switch (mechanism) {
    case Backend::kGreen: return std::shared_ptr<LiveBackend>(std::make_shared<GreenBackend>(device));
    case Backend::kStreams: return std::shared_ptr<LiveBackend>(std::make_shared<StreamsBackend>(device));
    case Backend::kCpu: return std::shared_ptr<LiveBackend>(std::make_shared<CpuBackend>());
    case Backend::kMps: break;
  }
  Result<std::unique_ptr<LiveBackend>> mps = make_mps_backend(device);
  if (!mps.ok()) return mps.error();
  return std::shared_ptr<LiveBackend>(std::move(mps).value());
}

}  // namespace

Result<std::shared_ptr<LiveBackend>> LiveBackends::choose(const RunConfig& config) {
  const Backend mechanism = settled_mechanism(config);
  std::shared_ptr<LiveBackend>& backend = made_[{mechanism, config.device}];
  if (backend != nullptr) return backend;
  if (mechanism != Backend::kCpu) {
    if (const Status status = check_device(mechanism, config.device); !status.ok()) return status.error();
  }
  try {
    Result<std::shared_ptr<LiveBackend>> fresh = make(mechanism, static_cast<int>(config.device));
    if (fresh.ok()) backend = fresh.value();
    return fresh;
  } catch (const std::exception& error) {
    return environment_error("backend " + std::string(to_text(mechanism)) + ": " + error.what());
  }
}

std::string automatic_backend_reason(const LiveBackend& chosen) {
  if (chosen.kind() == Backend::kCpu)
    return "cpu, since there is " + no_gpu().value_or("no GPU") + "; models run on the CPU";
  return "green, which partitions " + chosen.facts().gpu.value_or("the GPU") + " inside one process";
}

}  // namespace daris
