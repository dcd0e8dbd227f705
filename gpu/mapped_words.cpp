#include "gpu/mapped_words.h"

#include <cuda_runtime_api.h>

#include <atomic>

#include "gpu/check.h"
#include "gpu/driver.h"

namespace daris {
namespace {

constexpr std::size_t kLineWords = 16;

}  // namespace

MappedWords::MappedWords(std::size_t count) {
  void* memory = nullptr;
  const std::size_t bytes = count * kLineWords * sizeof(std::uint32_t);
  DARIS_CUDA(cudaHostAlloc(&memory, bytes, cudaHostAllocMapped));
  words_ = static_cast<std::uint32_t*>(memory);
  void* address = nullptr;
  DARIS_CUDA(cudaHostGetDevicePointer(&address, memory, 0));
  device_words_ = reinterpret_cast<CUdeviceptr>(address);
  for (std::size_t word = 0; word < count; ++word) store(word, 0);
}

MappedWords::~MappedWords() { cudaFreeHost(words_); }

void MappedWords::store(std::size_t word, std::uint32_t value) {
  std::atomic_ref<std::uint32_t>(*host(word)).store(value, std::memory_order_release);
}

std::uint32_t MappedWords::load(std::size_t word) const {
  return std::atomic_ref<std::uint32_t>(*host(word)).load(std::memory_order_acquire);
}

void MappedWords::enqueue_wait(CUstream stream, std::size_t word, std::uint32_t value) const {
  DARIS_DRIVER(driver().stream_wait_value32(stream, device(word), value, CU_STREAM_WAIT_VALUE_GEQ));
}

void MappedWords::enqueue_write(CUstream stream, std::size_t word, std::uint32_t value) const {
  DARIS_DRIVER(driver().stream_write_value32(stream, device(word), value, CU_STREAM_WRITE_VALUE_DEFAULT));
}

std::uint32_t* MappedWords::host(std::size_t word) const { return words_ + word * kLineWords; }

CUdeviceptr MappedWords::device(std::size_t word) const {
  return device_words_ + word * kLineWords * sizeof(std::uint32_t);
}

}  // namespace daris
