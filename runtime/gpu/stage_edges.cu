#include "runtime/gpu/stage_edges.h"

#include <algorithm>
#include <utility>

#include "gpu/check.h"

namespace daris {

struct EdgeState {
  std::uint64_t begin_ns;
  std::uint32_t ended;
  std::uint32_t blocks_done;
  std::uint32_t stores;
  EdgeCopy copies[EdgeOrders::kCopiesMax];
};

namespace {

// Small blocks find room on an SM beside those of other kernels. kBlocksMax of them keep a bus busy.
constexpr unsigned kThreads = 128;
constexpr unsigned kBlocksMax = 48;
constexpr unsigned kWarp = 32;

unsigned blocks_for(std::size_t bytes) {
  constexpr std::size_t kBlockBytes = 16'384;
  return static_cast<unsigned>(
      std::clamp<std::size_t>((bytes + kBlockBytes - 1) / kBlockBytes, 1, kBlocksMax));
}

__device__ std::uint64_t timer_ns() {
  std::uint64_t ns;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(ns));
  return ns;
}

// Copies with all threads of the grid. Several loads of a thread are under way at once.
__device__ void copy_wide(const EdgeCopy& copy) {
  constexpr unsigned kAtOnce = 4;
  const auto* const from = static_cast<const uint4*>(copy.from);
  auto* const to = static_cast<uint4*>(copy.to);
  const std::uint64_t count = copy.bytes / sizeof(uint4);
  const std::uint64_t stride = std::uint64_t{gridDim.x} * blockDim.x;
  for (std::uint64_t first = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x; first < count;
       first += kAtOnce * stride) {
    uint4 held[kAtOnce];
#pragma unroll
    for (unsigned i = 0; i < kAtOnce; ++i)
      if (first + i * stride < count) held[i] = from[first + i * stride];
#pragma unroll
    for (unsigned i = 0; i < kAtOnce; ++i)
      if (first + i * stride < count) to[first + i * stride] = held[i];
  }
}

__device__ void copy_bytes(const EdgeCopy& copy) {
  const auto* const from = static_cast<const char*>(copy.from);
  auto* const to = static_cast<char*>(copy.to);
  const std::uint64_t stride = std::uint64_t{gridDim.x} * blockDim.x;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < copy.bytes; i += stride)
    to[i] = from[i];
}

// The copies touch different memory, so none waits for another. A block reads many orders at once, since they
// may lie behind the bus.
__device__ void carry_out(const EdgeCopy* copies, std::uint32_t count) {
  constexpr std::uint32_t kHeld = 64;
  __shared__ EdgeCopy held[kHeld];
  for (std::uint32_t first = 0; first < count; first += kHeld) {
    const std::uint32_t part = count - first < kHeld ? count - first : kHeld;
    for (std::uint32_t i = threadIdx.x; i < part; i += blockDim.x) held[i] = copies[first + i];
    __syncthreads();
    for (std::uint32_t i = 0; i < part; ++i) {
      const EdgeCopy& copy = held[i];
      const std::uint64_t odd = (reinterpret_cast<std::uint64_t>(copy.to) |
                                 reinterpret_cast<std::uint64_t>(copy.from) | copy.bytes) %
                                sizeof(uint4);
      if (odd == 0) {
        copy_wide(copy);
      } else {
        copy_bytes(copy);
      }
    }
    __syncthreads();
  }
}

__device__ void begin(EdgeState* state) {
  if (state->begin_ns == 0) state->begin_ns = timer_ns();
}

__global__ void save_others(const EdgeOrders* orders, EdgeState* state) {
  if (blockIdx.x == 0 && threadIdx.x == 0) begin(state);
  carry_out(orders->copies, orders->saves);
}

__global__ void load_own(const EdgeOrders* orders, EdgeState* state) {
  if (blockIdx.x == 0 && threadIdx.x == 0) begin(state);
  carry_out(orders->copies + orders->saves, orders->loads);
}

// The first block copies the orders of the exit to this side of the bus.
__device__ void pass_stores_on(const EdgeOrders* orders, EdgeState* state) {
  if (blockIdx.x > 0) return;
  if (threadIdx.x == 0) begin(state);
  const std::uint32_t stores = orders->stores;
  const EdgeCopy* const copies = orders->copies + orders->saves + orders->loads;
  if (threadIdx.x == 0) state->stores = stores;
  for (std::uint32_t i = threadIdx.x; i < stores; i += blockDim.x) state->copies[i] = copies[i];
}

__global__ void enter_stage(const EdgeOrders* orders, EdgeState* state) { pass_stores_on(orders, state); }

__global__ void enter_stage_with_loads(const EdgeOrders* orders, EdgeState* state) {
  pass_stores_on(orders, state);
  carry_out(orders->copies + orders->saves, orders->loads);
}

// The last block that finishes its part tells the host.
__global__ void leave_stage(EdgeState* state, StampLine* line) {
  carry_out(state->copies, state->stores);
  __threadfence_system();
  __syncthreads();
  if (threadIdx.x != 0 || atomicAdd(&state->blocks_done, 1U) != gridDim.x - 1) return;
  state->blocks_done = 0;
  volatile StampLine* const seen = line;
  seen->begin_ns = state->begin_ns;
  state->begin_ns = 0;
  seen->end_ns = timer_ns();
  __threadfence_system();
  seen->ended = ++state->ended;
}

}  // namespace

StageEdges::StageEdges(std::shared_ptr<StampLine[]> lines, std::size_t slots) : lines_(std::move(lines)) {
  std::fill(lines_.get(), lines_.get() + slots, StampLine());
  DARIS_CUDA(cudaHostRegister(lines_.get(), slots * sizeof(StampLine), cudaHostRegisterMapped));
  void* address = nullptr;
  DARIS_CUDA(cudaHostGetDevicePointer(&address, lines_.get(), 0));
  device_lines_ = static_cast<StampLine*>(address);
  DARIS_CUDA(
      cudaHostAlloc(&address, slots * sizeof(EdgeOrders), cudaHostAllocMapped | cudaHostAllocPortable));
  orders_ = static_cast<EdgeOrders*>(address);
  std::fill(orders_, orders_ + slots, EdgeOrders());
  DARIS_CUDA(cudaMalloc(&address, slots * sizeof(EdgeState)));
  states_ = static_cast<EdgeState*>(address);
  DARIS_CUDA(cudaMemset(states_, 0, slots * sizeof(EdgeState)));
  DARIS_CUDA(cudaDeviceSynchronize());
}

StageEdges::~StageEdges() {
  cudaFree(states_);
  cudaFreeHost(orders_);
  cudaHostUnregister(lines_.get());
}

// The kernel has the most blocks, since it is not known how much other jobs will have left, perhaps of larger
// models.
void StageEdges::enqueue_saves(cudaStream_t stream, std::size_t slot) const {
  save_others<<<kBlocksMax, kThreads, 0, stream>>>(orders_ + slot, states_ + slot);
  DARIS_CUDA(cudaGetLastError());
}

void StageEdges::enqueue_loads(cudaStream_t stream, std::size_t slot, std::size_t bytes) const {
  load_own<<<blocks_for(bytes), kThreads, 0, stream>>>(orders_ + slot, states_ + slot);
  DARIS_CUDA(cudaGetLastError());
}

void StageEdges::enqueue_entry(cudaStream_t stream, std::size_t slot, std::size_t load_bytes) const {
  if (load_bytes == 0) {
    enter_stage<<<1, kWarp, 0, stream>>>(orders_ + slot, states_ + slot);
  } else {
    enter_stage_with_loads<<<blocks_for(load_bytes), kThreads, 0, stream>>>(orders_ + slot, states_ + slot);
  }
  DARIS_CUDA(cudaGetLastError());
}

void StageEdges::enqueue_exit(cudaStream_t stream, std::size_t slot, std::size_t store_bytes) const {
  const unsigned blocks = blocks_for(store_bytes);
  leave_stage<<<blocks, blocks == 1 ? kWarp : kThreads, 0, stream>>>(states_ + slot, device_lines_ + slot);
  DARIS_CUDA(cudaGetLastError());
}

}  // namespace daris
