#include "gpu/algorithm_choices.h"

#include <ATen/Context.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <c10/util/Exception.h>

#include <utility>
#include <vector>

#include "base/check.h"
#include "gpu/check.h"
#include "gpu/graph_capture.h"
#include "workloads/models/placement.h"

namespace daris {

void AlgorithmChoices::warm_up(const StagedModel& model, Precision precision, std::uint32_t batch,
                               const WarmUpStreams& streams) {
  const Case key(model.info().name, precision, batch);
  if (flags_.count(key) != 0) return;
  std::vector<std::pair<Flags, CUstream>> tries = {{{false, false}, streams.whole}};
  if (streams.narrow != nullptr) {
    tries.push_back({{true, false}, streams.wide});
    if (precision == Precision::kFp16) tries.push_back({{true, true}, streams.narrow});
  }
  for (const auto& [flags, stream] : tries) {
    set(precision, flags);
    run(model, batch, stream);
    try {
      if (streams.narrow != nullptr) run(model, batch, streams.narrow);
    } catch (const c10::Error&) {
      continue;
    }
    flags_[key] = flags;
    break;
  }
  flags_.try_emplace(key);  // on the whole GPU the first choice runs in any case
  release_graph_memory();   // the workspaces of algorithms that were only tried
}

void AlgorithmChoices::use(const StagedModel& model, Precision precision, std::uint32_t batch) const {
  const auto flags = flags_.find({std::string(model.info().name), precision, batch});
  DARIS_CHECK(flags != flags_.end());
  set(precision, flags->second);
}

void AlgorithmChoices::set(Precision precision, const Flags& flags) {
  at::globalContext().setBenchmarkCuDNN(true);
  at::globalContext().setDeterministicCuDNN(flags.deterministic);
  set_float32_precision(flags.other_tf32 ? Precision::kFp32 : precision);
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
