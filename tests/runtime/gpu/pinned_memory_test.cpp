#include "runtime/gpu/pinned_memory.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace daris {
namespace {

TEST(PinnedMemory, PiecesDoNotOverlapAndOutliveIt) {
  std::vector<at::Tensor> pieces;
  {
    PinnedMemory memory;
    for (int i = 0; i < 1000; ++i) pieces.push_back(memory.piece_like(at::empty({3, 333})));
  }
  for (int i = 0; i < 1000; ++i) pieces[static_cast<std::size_t>(i)].fill_(i);
  for (int i = 0; i < 1000; ++i) {
    const at::Tensor& piece = pieces[static_cast<std::size_t>(i)];
    EXPECT_TRUE(piece.is_pinned());
    EXPECT_TRUE(at::equal(piece, at::full({3, 333}, i, piece.options()))) << i;
  }
}

TEST(PinnedMemory, APieceIsLikeItsModel) {
  PinnedMemory memory;
  const at::Tensor like = at::empty({2, 3, 5, 7}, at::TensorOptions().dtype(at::kHalf))
                              .contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor piece = memory.piece_like(like);
  EXPECT_EQ(piece.sizes(), like.sizes());
  EXPECT_EQ(piece.strides(), like.strides());
  EXPECT_EQ(piece.scalar_type(), like.scalar_type());
}

TEST(PinnedMemory, APieceMayBeLargerThanABlock) {
  PinnedMemory memory;
  const at::Tensor piece = memory.piece_like(at::empty({3, 1024, 1024}));
  piece.fill_(1);
  EXPECT_EQ(piece.sum().item<double>(), 3.0 * 1024 * 1024);
}

}  // namespace
}  // namespace daris
