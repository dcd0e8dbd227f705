#include "gpu/algorithm_choices.h"

#include <ATen/Context.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <c10/util/Exception.h>

#include "base/check.h"
#include "gpu/check.h"
#include "gpu/graph_capture.h"
#include "workloads/models/placement.h"

namespace daris {

void AlgorithmChoices::warm_up(const StagedModel& model, Precision precision, std::uint32_t batch,
                               CUstream stream) {
  if (!chosen_.emplace(model.info().name, precision, batch).second) return;
  use(model, precision, batch);
  run(model, batch, stream);
  release_graph_memory();  // the workspaces of algorithms that were only tried
}

void AlgorithmChoices::use(const StagedModel& model, Precision precision, std::uint32_t batch) const {
  DARIS_CHECK(chosen_.contains({std::string(model.info().name), precision, batch}));
  at::globalContext().setBenchmarkCuDNN(true);
  set_float32_precision(precision);
}

void AlgorithmChoices::run(const StagedModel& model, std::uint32_t batch, CUstream stream) const {
  const c10::InferenceMode inference;
  const at::Tensor input = model.example_input(batch);
  DARIS_CUDA(cudaDeviceSynchronize());  // the input was made in another stream
  const c10::cuda::CUDAStreamGuard guard(
      c10::cuda::getStreamFromExternal(stream, static_cast<c10::DeviceIndex>(device_)));
  for (int round = 0; round < 2; ++round) static_cast<void>(model.forward_whole(input));
  DARIS_CUDA(cudaDeviceSynchronize());
}

}  // namespace daris
