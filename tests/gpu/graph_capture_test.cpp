#include "gpu/graph_capture.h"

#include <ATen/ATen.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "gpu/check.h"

namespace daris {
namespace {

class Capture : public testing::Test {
 protected:
  [[nodiscard]] cudaStream_t stream() const { return stream_.stream(); }

  c10::cuda::CUDAStream stream_ = c10::cuda::getStreamFromPool(false, 0);
  c10::cuda::CUDAStreamGuard guard_{stream_};
  // Before the capture: the allocator is ready once a tensor lies on the GPU.
  at::Tensor number_ = at::zeros({1}, at::TensorOptions().device(at::kCUDA));
  std::unique_ptr<GraphCapture> capture_ =
      std::make_unique<GraphCapture>(0, at::cuda::graph_pool_handle(), stream_.stream());
};

// One node after the other: times two, plus one.
TEST_F(Capture, TheFirstNodesCanBeTakenOut) {
  DARIS_CUDA(cudaStreamSynchronize(stream()));
  const Graph graph = capture_->capture([&] { number_.add_(5).mul_(2).add_(1); });
  capture_->close();
  const GraphExec whole = instantiate(graph, 0);
  remove_first(1, graph);
  const GraphExec rest = instantiate(graph, 0);
  DARIS_CUDA(cudaGraphLaunch(whole.get(), stream()));
  EXPECT_EQ(number_.item<float>(), 11);
  DARIS_CUDA(cudaGraphLaunch(rest.get(), stream()));
  EXPECT_EQ(number_.item<float>(), 23);
}

TEST_F(Capture, GoesOnAfterOneThatThrew) {
  const auto fail = [] { throw std::runtime_error("no such layer"); };
  EXPECT_THROW(static_cast<void>(capture_->capture(fail)), std::runtime_error);
  const Graph graph = capture_->capture([&] { number_.add_(1); });
  DARIS_CUDA(cudaGraphLaunch(instantiate(graph, 0).get(), stream()));
  DARIS_CUDA(cudaStreamSynchronize(stream()));
  EXPECT_EQ(number_.item<float>(), 1);
}

}  // namespace
}  // namespace daris
