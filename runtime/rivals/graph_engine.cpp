#include "runtime/rivals/graph_engine.h"

#include <ATen/ATen.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <memory>
#include <utility>

#include "gpu/algorithm_choices.h"
#include "gpu/check.h"
#include "gpu/graph_capture.h"
#include "gpu/mapped_words.h"
#include "gpu/uniform_noise.h"
#include "workloads/models/staged_model.h"

namespace daris {
namespace {

constexpr std::uint64_t kSeed = 1;

StagedModel model_for(const ClientSetup& setup, at::Device device) {
  const Result<const ModelInfo*> info = find_model(setup.network);
  if (!info.ok()) throw GpuError(info.error().message);
  Result<StagedModel> made = StagedModel::create(setup.network, default_stage_plan(*info.value()), kSeed,
                                                 device, fill_uniform_on_gpu);
  if (!made.ok()) throw GpuError(made.error().message);
  StagedModel model = std::move(made).value();
  model.to(placement_of(Precision::kTf32, device));
  return model;
}

cudaStream_t new_stream(bool high_priority) {
  int least = 0;
  int greatest = 0;
  DARIS_CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  cudaStream_t stream = nullptr;
  DARIS_CUDA(cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking, high_priority ? greatest : least));
  return stream;
}

// Lives as long as the process.
class GraphEngine final : public RivalEngine {
 public:
  explicit GraphEngine(const ClientSetup& setup)
      : device_(at::kCUDA, static_cast<at::DeviceIndex>(setup.device)),
        stream_(new_stream(setup.high_priority)),
        flags_(1),
        model_(model_for(setup, device_)) {
    AlgorithmChoices choices(setup.device);
    choices.warm_up(model_, Precision::kTf32, 1, stream_);
    choices.use(model_, Precision::kTf32, 1);
    capture_graph();
    run_once();
  }

  // The flag is written once the copy out has ended.
  void launch() override {
    DARIS_CUDA(cudaGraphLaunch(graph_.get(), stream_));
    flags_.enqueue_write(stream_, 0, ++launched_);
  }
  bool ended() override { return flags_.load(0) == launched_; }

 private:
  void capture_graph() {
    const c10::InferenceMode inference;
    const at::Tensor example = model_.example_input(1);
    DARIS_CUDA(cudaDeviceSynchronize());  // the input was made in another stream
    const c10::cuda::CUDAStreamGuard guard(c10::cuda::getStreamFromExternal(stream_, device_.index()));
    input_ = example.clone();
    host_input_ = example.to(at::kCPU).pin_memory();
    output_ = model_.forward_whole(input_);
    host_output_ = output_.to(at::kCPU).pin_memory();
    DARIS_CUDA(cudaStreamSynchronize(stream_));
    capture_ = std::make_unique<GraphCapture>(device_.index(), at::cuda::graph_pool_handle(), stream_);
    const Graph graph = capture_->capture([&] {
      DARIS_CUDA(cudaMemcpyAsync(input_.data_ptr(), host_input_.data_ptr(), input_.nbytes(),
                                 cudaMemcpyHostToDevice, stream_));
      output_ = model_.forward_whole(input_);
      DARIS_CUDA(cudaMemcpyAsync(host_output_.data_ptr(), output_.data_ptr(), output_.nbytes(),
                                 cudaMemcpyDeviceToHost, stream_));
    });
    capture_->close();
    graph_ = instantiate(graph, cudaGraphInstantiateFlagUseNodePriority);
    DARIS_CUDA(cudaGraphUpload(graph_.get(), stream_));
  }

  // Whatever the first launch brings to the GPU is there before the first point.
  void run_once() {
    launch();
    DARIS_CUDA(cudaStreamSynchronize(stream_));
  }

  at::Device device_;
  cudaStream_t stream_;
  MappedWords flags_;
  StagedModel model_;
  std::unique_ptr<GraphCapture> capture_;  // before what lies in its pool
  at::Tensor input_, host_input_, output_, host_output_;
  GraphExec graph_;
  std::uint32_t launched_ = 0;
};

}  // namespace

// Torch's present stream draws the weights; GraphEngine waits for it.
PreparedEngine make_graph_engine(const ClientSetup& setup) {
  DARIS_CUDA(cudaSetDevice(setup.device));
  int mps = 0;
  DARIS_CUDA(cudaDeviceGetAttribute(&mps, cudaDevAttrMpsEnabled, setup.device));
  int sms = 0;
  DARIS_CUDA(cudaDeviceGetAttribute(&sms, cudaDevAttrMultiProcessorCount, setup.device));
  return {std::make_unique<GraphEngine>(setup), {mps != 0, static_cast<std::uint32_t>(sms)}};
}

}  // namespace daris
