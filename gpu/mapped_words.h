// Words of host memory that the GPU reads and writes too: gates that hold a stream back, and flags that say
// how far it is.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>

namespace daris {

// Each word has a cache line of its own. Owns the memory; nothing may be in flight on it when it goes.
class MappedWords {
 public:
  explicit MappedWords(std::size_t count);
  ~MappedWords();
  MappedWords(const MappedWords&) = delete;
  MappedWords& operator=(const MappedWords&) = delete;

  // From the host.
  void store(std::size_t word, std::uint32_t value);
  [[nodiscard]] std::uint32_t load(std::size_t word) const;

  // In the stream's order: waits until the word is at least `value`; writes `value`.
  void enqueue_wait(CUstream stream, std::size_t word, std::uint32_t value) const;
  void enqueue_write(CUstream stream, std::size_t word, std::uint32_t value) const;

 private:
  [[nodiscard]] std::uint32_t* host(std::size_t word) const;
  [[nodiscard]] CUdeviceptr device(std::size_t word) const;

  std::uint32_t* words_ = nullptr;
  CUdeviceptr device_words_ = 0;
};

}  // namespace daris
