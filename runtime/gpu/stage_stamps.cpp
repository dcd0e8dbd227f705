#include "runtime/gpu/stage_stamps.h"

#include <cstdlib>
#include <new>

namespace daris {

std::shared_ptr<StampLine[]> make_stamp_lines(std::size_t slots) {
  constexpr std::size_t kPage = 4096;
  const std::size_t bytes = (slots * sizeof(StampLine) + kPage - 1) / kPage * kPage;
  void* const memory = std::aligned_alloc(kPage, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return {new (memory) StampLine[slots], [](StampLine* lines) { std::free(lines); }};
}

}  // namespace daris
