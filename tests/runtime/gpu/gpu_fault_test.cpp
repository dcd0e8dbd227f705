// Tests what a live run does if the GPU fails. Each test needs a process of its own, since some break it.
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "gpu/check.h"
#include "gpu/driver.h"
#include "runtime/green/green_backend.h"
#include "tests/runtime/gpu/gpu_world.h"

namespace daris {
namespace {

using testing::GpuWorld;
using testing::kMs;
using testing::overlapping;

// fault() writes to an address that does not exist. spin(word) runs until the word, in host memory, is set.
constexpr char kKernels[] = R"(
.version 7.0
.target sm_75
.address_size 64
.visible .entry fault()
{
  .reg .b64 %d<2>;
  .reg .b32 %r<2>;
  mov.u64 %d1, 64;
  mov.u32 %r1, 1;
  st.global.u32 [%d1], %r1;
  ret;
}
.visible .entry spin(.param .u64 word)
{
  .reg .pred %p;
  .reg .b64 %d<2>;
  .reg .b32 %r<2>;
  ld.param.u64 %d1, [word];
  cvta.to.global.u64 %d1, %d1;
again:
  ld.volatile.global.u32 %r1, [%d1];
  setp.eq.u32 %p, %r1, 0;
  @%p bra again;
  ret;
}
)";

void launch(const char* kernel, CUstream stream, void** arguments) {
  CUmodule module = nullptr;
  CUfunction function = nullptr;
  DARIS_CUDA(cudaFree(nullptr));  // the context, for this thread
  DARIS_DRIVER(driver().module_load_data(&module, kKernels));
  DARIS_DRIVER(driver().module_get_function(&function, module, kernel));
  DARIS_DRIVER(driver().launch_kernel(function, 1, 1, 1, 1, 1, 1, 0, stream, arguments, nullptr));
}

// Host memory that the GPU sees.
struct HostWord {
  HostWord() { DARIS_CUDA(cudaHostAlloc(&memory, sizeof(std::uint32_t), cudaHostAllocMapped)); }
  ~HostWord() { cudaFreeHost(memory); }
  HostWord(const HostWord&) = delete;
  HostWord& operator=(const HostWord&) = delete;
  void set(std::uint32_t value) {
    std::atomic_ref<std::uint32_t>(*static_cast<std::uint32_t*>(memory))
        .store(value, std::memory_order_release);
  }
  void* memory = nullptr;
};

TEST(GpuFault, ARunGoesOnInTheOtherContextsWhenAStageHangs) {
  GreenBackend backend(0);
  HostWord ended;
  ended.set(0);
  {
    GpuWorld world(backend, overlapping(3, 1));
    // Stages of the first slot wait behind a kernel that does not end before the run is over.
    void* arguments[] = {&ended.memory};
    launch("spin", world.executor->launcher().stream(SlotId(0)), arguments);
    LiveRunSetup live;
    live.stage_limits = HangLimits::fixed(Duration::from_ns(100 * kMs));
    live.drain_limit = Duration::from_ns(20 * kMs);
    const LiveRunOutcome outcome = world.run(Duration::from_ns(400 * kMs), live);
    EXPECT_EQ(outcome.how, RunEnd::kDone);
    ASSERT_EQ(outcome.lost.size(), 1U);
    EXPECT_EQ(outcome.lost[0], ContextId(0));
    EXPECT_FALSE(outcome.drained);
  }
  Workload workload = testing::several_networks();
  LiveWork again = overlapping(3, 1);
  again.workload = &workload;
  const Result<LiveMachine> refused = backend.make(again, std::make_shared<MonotonicClock>(IdleMode::kSpin));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("still hangs"), std::string::npos) << refused.error().message;
  ended.set(1);
  DARIS_CUDA(cudaDeviceSynchronize());
}

TEST(GpuFault, ModelsThatDontFitAreRefusedBeforeTheRun) {
  GreenBackend backend(0);
  std::size_t free = 0;
  std::size_t all = 0;
  DARIS_CUDA(cudaMemGetInfo(&free, &all));
  constexpr std::size_t kLeft = 400'000'000;
  void* taken = nullptr;
  DARIS_CUDA(cudaMalloc(&taken, free - kLeft));
  Workload workload = testing::several_networks();
  LiveWork work = overlapping(8, 2);
  work.workload = &workload;
  const Result<LiveMachine> refused = backend.make(work, std::make_shared<MonotonicClock>(IdleMode::kSpin));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("memory"), std::string::npos) << refused.error().message;
  DARIS_CUDA(cudaFree(taken));
}

TEST(GpuFault, AllContextsAreLostAfterAnErrorOfTheGpu) {
  GreenBackend backend(0);
  GpuWorld world(backend, overlapping(2, 2));
  std::thread saboteur([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    launch("fault", nullptr, nullptr);
  });
  const LiveRunOutcome outcome = world.run(Duration::from_ns(2'000 * kMs));
  saboteur.join();
  EXPECT_EQ(outcome.how, RunEnd::kNoContext);
  EXPECT_EQ(outcome.lost.size(), 2U);
  EXPECT_LT(outcome.end, Time::from_ns(300 * kMs)) << "it takes too long to notice";
  ::testing::Test::RecordProperty("noticed_after_ms", static_cast<int>((outcome.end.ns() - 100 * kMs) / kMs));
}

}  // namespace
}  // namespace daris
