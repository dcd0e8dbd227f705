#include "runtime/gpu/pinned_memory.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace daris {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
constexpr std::size_t kAlignment = 256;

}  // namespace

at::Tensor PinnedMemory::piece_like(const at::Tensor& like) {
  const std::size_t bytes = like.nbytes();
  if (!block_.defined() || used_ + bytes > block_.nbytes()) {
    const std::size_t block_bytes = std::max(kBlockBytes, bytes);
    block_ = at::empty({static_cast<std::int64_t>(block_bytes)},
                       at::TensorOptions().dtype(at::kByte).pinned_memory(true));
    used_ = 0;
  }
  const at::Tensor piece =
      block_.narrow(0, static_cast<std::int64_t>(used_), static_cast<std::int64_t>(bytes));
  used_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
  return piece.view(like.scalar_type()).as_strided(like.sizes(), like.strides());
}

}  // namespace daris
