// Host memory that the GPU reaches, in pieces.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>

namespace daris {

// To pin memory takes long, however little it is. So blocks are pinned, and pieces of them are given out. A
// block lives as long as this or any of its pieces. Threads: one. Throws what Torch throws.
class PinnedMemory {
 public:
  // Unset memory with sizes, strides and type of `like`, which has no gaps.
  [[nodiscard]] at::Tensor piece_like(const at::Tensor& like);

 private:
  at::Tensor block_;  // bytes
  std::size_t used_ = 0;
};

}  // namespace daris
