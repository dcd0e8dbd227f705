#include "profiles/profiler/gpu/kernel_trace.h"

#include <cupti.h>
#include <cxxabi.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>

#include "profiles/profiler/gpu/cupti_check.h"

namespace daris {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;
constexpr std::size_t kRuns = 5;

struct TracedKernel {
  std::uint64_t start_ns = 0;
  KernelRecord record;
};

// CUPTI calls back without a context pointer, from threads of its own. So this has to be global.
struct Trace {
  std::mutex mutex;
  std::vector<TracedKernel> kernels;
};
Trace& trace() {
  static Trace kept;
  return kept;
}

std::uint64_t CUPTIAPI clock_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

void CUPTIAPI give_buffer(std::uint8_t** buffer, std::size_t* bytes, std::size_t* records_max) {
  *buffer = static_cast<std::uint8_t*>(std::aligned_alloc(8, kBufferBytes));
  *bytes = *buffer == nullptr ? 0 : kBufferBytes;
  *records_max = 0;
}

std::string demangle(const char* name) {
  int status = 0;
  char* readable = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string text = status == 0 && readable != nullptr ? readable : name;
  std::free(readable);
  return text;
}

TracedKernel read_kernel(const CUpti_ActivityKernel10& activity) {
  TracedKernel kernel;
  kernel.start_ns = activity.start;
  KernelRecord& record = kernel.record;
  record.name = demangle(activity.name);
  const std::int32_t grid[] = {activity.gridX, activity.gridY, activity.gridZ};
  const std::int32_t block[] = {activity.blockX, activity.blockY, activity.blockZ};
  for (int axis = 0; axis < 3; ++axis) {
    record.grid[axis] = static_cast<std::uint32_t>(grid[axis]);
    record.block[axis] = static_cast<std::uint32_t>(block[axis]);
  }
  record.registers_per_thread = activity.registersPerThread;
  record.shared_memory_bytes =
      static_cast<std::uint32_t>(activity.staticSharedMemory + activity.dynamicSharedMemory);
  record.duration_ns = static_cast<std::int64_t>(activity.end - activity.start);
  return kernel;
}

void CUPTIAPI take_buffer(CUcontext, std::uint32_t, std::uint8_t* buffer, std::size_t,
                          std::size_t valid_bytes) {
  CUpti_Activity* activity = nullptr;
  const std::lock_guard lock(trace().mutex);
  while (cuptiActivityGetNextRecord(buffer, valid_bytes, &activity) == CUPTI_SUCCESS)
    if (activity->kind == CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL)
      trace().kernels.push_back(read_kernel(*reinterpret_cast<const CUpti_ActivityKernel10*>(activity)));
  std::free(buffer);
}

// Folds the records of `kRuns` equal runs, which follow each other, into those of one run.
std::vector<KernelRecord> fold_runs(std::vector<TracedKernel> kernels) {
  std::sort(kernels.begin(), kernels.end(),
            [](const TracedKernel& a, const TracedKernel& b) { return a.start_ns < b.start_ns; });
  if (kernels.empty() || kernels.size() % kRuns != 0)
    throw GpuError("CUPTI gave " + std::to_string(kernels.size()) + " kernel records for " +
                   std::to_string(kRuns) + " equal runs");
  const std::size_t count = kernels.size() / kRuns;
  std::vector<KernelRecord> folded;
  for (std::size_t index = 0; index < count; ++index) {
    std::vector<std::int64_t> durations;
    durations.reserve(kRuns);
    for (std::size_t run = 0; run < kRuns; ++run)
      durations.push_back(kernels[run * count + index].record.duration_ns);
    std::nth_element(durations.begin(), durations.begin() + kRuns / 2, durations.end());
    folded.push_back(kernels[index].record);
    folded.back().duration_ns = durations[kRuns / 2];
  }
  return folded;
}

}  // namespace

void start_kernel_trace() {
  DARIS_CUPTI(cuptiActivityRegisterTimestampCallback(clock_ns));
  DARIS_CUPTI(cuptiActivityRegisterCallbacks(give_buffer, take_buffer));
  DARIS_CUPTI(cuptiActivityEnable(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL));
}

std::vector<KernelRecord> trace_kernels(CUstream stream, cudaGraphExec_t graph) {
  DARIS_CUDA(cudaGraphLaunch(graph, stream));
  DARIS_CUDA(cudaStreamSynchronize(stream));
  DARIS_CUPTI(cuptiActivityFlushAll(CUPTI_ACTIVITY_FLAG_FLUSH_FORCED));
  {
    const std::lock_guard lock(trace().mutex);
    trace().kernels.clear();
  }
  for (std::size_t run = 0; run < kRuns; ++run) {
    DARIS_CUDA(cudaGraphLaunch(graph, stream));
    DARIS_CUDA(cudaStreamSynchronize(stream));
  }
  DARIS_CUPTI(cuptiActivityFlushAll(CUPTI_ACTIVITY_FLAG_FLUSH_FORCED));
  const std::lock_guard lock(trace().mutex);
  return fold_runs(std::move(trace().kernels));
}

}  // namespace daris
