#include "runtime/gpu/stage_stamps.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "profiles/gpu/check.h"
#include "profiles/gpu/driver.h"

namespace daris {
namespace {

struct SlotState {  // as the kernels below have it
  std::uint64_t begin_ns;
  std::uint32_t ended;
  std::uint32_t unused;
};

// PTX, as in profiles/gpu/probe.cpp. stamp_begin(state), stamp_end(state, line).
constexpr char kPtx[] = R"(
.version 7.0
.target sm_75
.address_size 64

.visible .entry stamp_begin(.param .u64 state)
{
  .reg .pred %p;
  .reg .b64 %d<4>;
  ld.param.u64 %d1, [state];
  cvta.to.global.u64 %d1, %d1;
  ld.global.u64 %d2, [%d1];
  setp.ne.u64 %p, %d2, 0;
  @%p ret;
  mov.u64 %d3, %globaltimer;
  st.global.u64 [%d1], %d3;
  ret;
}

.visible .entry stamp_end(.param .u64 state, .param .u64 line)
{
  .reg .b32 %r<2>;
  .reg .b64 %d<6>;
  ld.param.u64 %d1, [state];
  cvta.to.global.u64 %d1, %d1;
  ld.param.u64 %d2, [line];
  cvta.to.global.u64 %d2, %d2;
  ld.global.u64 %d3, [%d1];
  ld.global.u32 %r1, [%d1+8];
  add.u32 %r1, %r1, 1;
  mov.u64 %d5, 0;
  st.global.u64 [%d1], %d5;
  st.global.u32 [%d1+8], %r1;
  mov.u64 %d4, %globaltimer;
  st.volatile.global.u64 [%d2], %d3;
  st.volatile.global.u64 [%d2+8], %d4;
  membar.sys;
  st.volatile.global.u32 [%d2+16], %r1;
  ret;
}
)";

struct Kernels {
  CUfunction begin = nullptr;
  CUfunction end = nullptr;
};

// Loaded once, into the primary context; never unloaded, since graphs may use them until the process ends.
const Kernels& kernels() {
  static const Kernels loaded = [] {
    DARIS_CUDA(cudaFree(nullptr));  // makes the primary context current
    CUmodule module = nullptr;
    Kernels made;
    DARIS_DRIVER(driver().module_load_data(&module, kPtx));
    DARIS_DRIVER(driver().module_get_function(&made.begin, module, "stamp_begin"));
    DARIS_DRIVER(driver().module_get_function(&made.end, module, "stamp_end"));
    return made;
  }();
  return loaded;
}

CUresult launch_one_thread(CUfunction kernel, CUstream stream, void** arguments) {
  return driver().launch_kernel(kernel, 1, 1, 1, 1, 1, 1, 0, stream, arguments, nullptr);
}

}  // namespace

std::shared_ptr<StampLine[]> make_stamp_lines(std::size_t slots) {
  constexpr std::size_t kPage = 4096;
  const std::size_t bytes = (slots * sizeof(StampLine) + kPage - 1) / kPage * kPage;
  void* const memory = std::aligned_alloc(kPage, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return {new (memory) StampLine[slots], [](StampLine* lines) { std::free(lines); }};
}

StampBoard::StampBoard(std::shared_ptr<StampLine[]> lines, std::size_t slots) : lines_(std::move(lines)) {
  static_cast<void>(kernels());
  std::fill(lines_.get(), lines_.get() + slots, StampLine());
  DARIS_CUDA(cudaHostRegister(lines_.get(), slots * sizeof(StampLine), cudaHostRegisterMapped));
  void* address = nullptr;
  DARIS_CUDA(cudaHostGetDevicePointer(&address, lines_.get(), 0));
  device_lines_ = reinterpret_cast<CUdeviceptr>(address);
  DARIS_CUDA(cudaMalloc(&states_, slots * sizeof(SlotState)));
  DARIS_CUDA(cudaMemset(states_, 0, slots * sizeof(SlotState)));
  DARIS_CUDA(cudaDeviceSynchronize());
}

StampBoard::~StampBoard() {
  cudaFree(states_);
  cudaHostUnregister(lines_.get());
}

CUresult StampBoard::enqueue_begin(CUstream stream, std::size_t slot) const noexcept {
  void* state = static_cast<SlotState*>(states_) + slot;
  void* arguments[] = {&state};
  return launch_one_thread(kernels().begin, stream, arguments);
}

CUresult StampBoard::enqueue_end(CUstream stream, std::size_t slot) const noexcept {
  void* state = static_cast<SlotState*>(states_) + slot;
  CUdeviceptr line = device_lines_ + slot * sizeof(StampLine);
  void* arguments[] = {&state, &line};
  return launch_one_thread(kernels().end, stream, arguments);
}

}  // namespace daris
