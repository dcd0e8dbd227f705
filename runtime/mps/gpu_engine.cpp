#include "runtime/mps/gpu_engine.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "gpu/check.h"
#include "gpu/gpu_memory.h"
#include "gpu/graph_capture.h"
#include "gpu/probe.h"
#include "gpu/uniform_noise.h"
#include "policy/decision.h"
#include "runtime/gpu/gpu_errors.h"

namespace daris {
namespace {

CUstream new_stream() {
  cudaStream_t stream = nullptr;
  DARIS_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  return stream;
}

std::vector<SlotStreams> new_slots(std::uint32_t count) {
  std::vector<SlotStreams> slots;
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    const CUstream stream = new_stream();
    slots.push_back(one_stream(stream));
  }
  return slots;
}

// Blocks of other clients may keep SMs from a probe kernel, so a probe that saw too few is tried again.
std::uint32_t measured_sms(CUstream stream, std::uint32_t expected) {
  constexpr int kTries = 8;
  std::uint32_t most = 0;
  for (int attempt = 0; attempt < kTries && most < expected; ++attempt)
    most = std::max(most, static_cast<std::uint32_t>(sms_of_stream(stream).size()));
  return most;
}

int selected(int device) {
  DARIS_CUDA(cudaSetDevice(device));
  return device;
}

}  // namespace

GpuEngine::Gpu::Gpu(const WorkerSetup& setup, std::span<StampLine> lines)
    : device(selected(setup.device)),
      models(at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device)), fill_uniform_on_gpu),
      probe(new_stream()),
      slots(new_slots(setup.streams)),
      granted_sms(measured_sms(slots.front().launch, setup.granted_sms)),
      store(std::make_unique<ChainStore>(device, slots,
                                         std::shared_ptr<StampLine[]>(lines.data(), [](StampLine*) {}))) {}

Result<WorkerReady> GpuEngine::set_up(const WorkerSetup& setup, std::span<StampLine> lines,
                                      const SetUpWatch& watch) {
  return errors_of("", [&] { return set_up_or_throw(setup, lines, watch); });
}

Result<WorkerReady> GpuEngine::set_up_or_throw(const WorkerSetup& setup, std::span<StampLine> lines,
                                               const SetUpWatch& watch) {
  if (gpu_ == nullptr) gpu_ = std::make_unique<Gpu>(setup, lines);
  // If CUDA can't reach the daemon, it runs without MPS and says nothing.
  if (gpu_->granted_sms != setup.granted_sms) {
    return environment_error("a probe kernel ran on " + std::to_string(gpu_->granted_sms) +
                             " SMs, not on the " + std::to_string(setup.granted_sms) +
                             " that were asked for: MPS does not do what it is told");
  }
  DARIS_CUDA(cudaDeviceSynchronize());
  launcher_.reset();
  const Workload workload = make_workload(setup.set);
  DARIS_TRY_ASSIGN(ModelSet models,
                   ModelSet::create(workload, setup.staged, gpu_->models, setup.seed, watch));
  WorkerReady ready{gpu_->granted_sms, models.stages(), 0};
  LauncherRequest request;
  request.workload = &workload;
  request.models = std::make_shared<const ModelSet>(std::move(models));
  request.streams_per_context = setup.streams;
  request.batches = setup.batches;
  request.copies = setup.copies;
  request.watch = watch;
  launcher_ = std::make_unique<SlotLauncher>(*gpu_->store, request);
  launcher_->output = output;
  release_graph_memory();  // memory that only choosing and capturing needed; waits for the GPU
  ready.memory_bytes = taken_gpu_bytes() + launcher_->frame_bytes();
  return ready;
}

std::optional<LaunchFailure> GpuEngine::launch(const LaunchStage& launch) {
  const cudaError_t status = launcher_->launch(launch);
  if (status == cudaSuccess) return std::nullopt;
  return status == cudaErrorMemoryAllocation ? LaunchFailure::kOutOfMemory : LaunchFailure::kDeviceError;
}

void GpuEngine::begin_probe() {
  try {
    launch_empty_kernel(gpu_->probe);
  } catch (const std::exception& error) {
    fault_ = error.what();
  }
}

bool GpuEngine::probe_ended() { return !fault_ && cudaStreamQuery(gpu_->probe) == cudaSuccess; }

// A fault on the GPU ends no stage, but every call of CUDA then reports it. Each call asks the next stream.
std::optional<std::string> GpuEngine::fault() {
  if (fault_) return fault_;
  const std::size_t next = next_look_++ % (gpu_->slots.size() + 1);
  const CUstream stream = next == gpu_->slots.size() ? gpu_->probe : gpu_->slots[next].launch;
  const cudaError_t status = cudaStreamQuery(stream);
  if (status != cudaSuccess && status != cudaErrorNotReady) fault_ = cudaGetErrorString(status);
  return fault_;
}

}  // namespace daris
