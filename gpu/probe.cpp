#include "gpu/probe.h"

#include <cuda_runtime_api.h>

#include "gpu/check.h"
#include "gpu/driver.h"

namespace daris {
namespace {

constexpr std::uint32_t kSmIdMax = 1024;

// The kernels are written in PTX, which the driver compiles for any GPU; they are not worth a compiler of
// their own in the build. sm_ids(marks, spin_ns) sets marks[%smid] to 1, and then spins, so that no SM can
// take all blocks.
constexpr char kPtx[] = R"(
.version 7.0
.target sm_75
.address_size 64

.visible .entry sm_ids(.param .u64 marks, .param .u32 spin_ns)
{
  .reg .pred %p;
  .reg .b32 %r<4>;
  .reg .b64 %d<8>;
  ld.param.u64 %d1, [marks];
  cvta.to.global.u64 %d1, %d1;
  mov.u32 %r1, %smid;
  mul.wide.u32 %d2, %r1, 4;
  add.s64 %d3, %d1, %d2;
  mov.u32 %r2, 1;
  st.global.u32 [%d3], %r2;
  ld.param.u32 %r3, [spin_ns];
  cvt.u64.u32 %d4, %r3;
  mov.u64 %d5, %globaltimer;
  add.s64 %d6, %d5, %d4;
spin:
  mov.u64 %d7, %globaltimer;
  setp.lt.u64 %p, %d7, %d6;
  @%p bra spin;
  ret;
}

.visible .entry empty()
{
  ret;
}
)";

struct Kernels {
  CUfunction sm_ids = nullptr;
  CUfunction empty = nullptr;
};

// The kernels are loaded once, into the primary context. They are never unloaded, since streams and graphs
// may use them until the process ends.
const Kernels& kernels() {
  static const Kernels loaded = [] {
    DARIS_CUDA(cudaFree(nullptr));  // makes the primary context current
    CUmodule module = nullptr;
    Kernels made;
    DARIS_DRIVER(driver().module_load_data(&module, kPtx));
    DARIS_DRIVER(driver().module_get_function(&made.sm_ids, module, "sm_ids"));
    DARIS_DRIVER(driver().module_get_function(&made.empty, module, "empty"));
    return made;
  }();
  return loaded;
}

}  // namespace

std::vector<std::uint32_t> sms_of_stream(CUstream stream) {
  constexpr unsigned kBlocks = 1024;
  constexpr unsigned kThreads = 1024;  // at most two blocks an SM
  std::uint32_t spin_ns = 20'000;
  std::uint32_t* marks = nullptr;
  DARIS_CUDA(cudaMalloc(reinterpret_cast<void**>(&marks), kSmIdMax * sizeof(std::uint32_t)));
  DARIS_CUDA(cudaMemsetAsync(marks, 0, kSmIdMax * sizeof(std::uint32_t), stream));
  void* arguments[] = {&marks, &spin_ns};
  DARIS_DRIVER(
      driver().launch_kernel(kernels().sm_ids, kBlocks, 1, 1, kThreads, 1, 1, 0, stream, arguments, nullptr));
  std::vector<std::uint32_t> marked(kSmIdMax);
  DARIS_CUDA(cudaMemcpyAsync(marked.data(), marks, kSmIdMax * sizeof(std::uint32_t), cudaMemcpyDeviceToHost,
                             stream));
  DARIS_CUDA(cudaStreamSynchronize(stream));
  DARIS_CUDA(cudaFree(marks));
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 0; id < kSmIdMax; ++id)
    if (marked[id] != 0) ids.push_back(id);
  return ids;
}

std::vector<std::uint32_t> verified_sms_of_stream(CUstream stream, std::uint32_t sms,
                                                  const std::string& what) {
  std::vector<std::uint32_t> seen = sms_of_stream(stream);
  if (seen.size() != sms)
    throw GpuError(what + " of " + std::to_string(sms) + " SMs runs on " + std::to_string(seen.size()) +
                   " SMs");
  return seen;
}

void launch_empty_kernel(CUstream stream) {
  DARIS_DRIVER(driver().launch_kernel(kernels().empty, 1, 1, 1, 1, 1, 1, 0, stream, nullptr, nullptr));
}

}  // namespace daris
