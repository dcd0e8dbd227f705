// Words of host memory that the GPU reads and writes too. They are gates that hold a stream back, and flags
// that say how far a stream is.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>

namespace daris {

// Each word has a cache line of its own. Owns the memory. REQUIRES: no work of the GPU uses the words any
// more when this is destroyed.
class MappedWords {
 public:
  explicit MappedWords(std::size_t count);
  ~MappedWords();
  MappedWords(const MappedWords&) = delete;
  MappedWords& operator=(const MappedWords&) = delete;

  // These act from the host.
  void store(std::size_t word, std::uint32_t value);
  [[nodiscard]] std::uint32_t load(std::size_t word) const;

  // These act in the stream's order: one waits until the word is at least `value`, one writes `value`.
  void enqueue_wait(CUstream stream, std::size_t word, std::uint32_t value) const;
  void enqueue_write(CUstream stream, std::size_t word, std::uint32_t value) const;

 private:
  [[nodiscard]] std::uint32_t* host(std::size_t word) const;
  [[nodiscard]] CUdeviceptr device(std::size_t word) const;

  std::uint32_t* words_ = nullptr;
  CUdeviceptr device_words_ = 0;
};

}  // namespace daris
