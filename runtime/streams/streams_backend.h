// `--backend streams`: no partitions; the hardware fills what is left, and kernels of urgent levels go first.
#pragma once

#include "runtime/gpu/in_process_backend.h"

namespace daris {

// A graph's kernels keep the priority of the stream that they were captured in: each slot has a stream a
// level for that, level 0 the most urgent that CUDA has, as far as CUDA's priorities reach. Confined to fewer
// SMs, all streams lie in one green context. A probe kernel in the first stream verifies what all of them
// see.
class StreamsBackend final : public InProcessBackend {
 public:
  explicit StreamsBackend(int device) : InProcessBackend(device) {}
  [[nodiscard]] Backend mechanism() const override { return Backend::kStreams; }

 private:
  [[nodiscard]] std::vector<SlotStreams> slot_streams(const LiveWork& work, const MachineShape& shape,
                                                      const std::vector<ContextGrant>& grants) override;
  [[nodiscard]] CUstream plain_stream(std::size_t purpose, std::uint32_t slot, int priority);

  // By purpose, then slot. They live as long as the process: graphs hold on to them.
  std::vector<std::vector<CUstream>> plain_;
};

}  // namespace daris
