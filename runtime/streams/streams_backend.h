// The backend `streams`: there are no partitions. The hardware fills what is left, and kernels of urgent
// levels go first.
#pragma once

#include "runtime/gpu/in_process_backend.h"

namespace daris {

// A graph's kernels keep the priority of the stream that they were captured in. So each slot has a capture
// stream for each level, as far as CUDA's priorities reach; level 0 gets the most urgent one. If the backend
// is confined to fewer SMs, all streams lie in one green context. A probe kernel in the first stream verifies
// the SMs that all of them see.
class StreamsBackend final : public InProcessBackend {
 public:
  explicit StreamsBackend(int device) : InProcessBackend(device) {}
  [[nodiscard]] Backend kind() const override { return Backend::kStreams; }

 private:
  [[nodiscard]] std::vector<SlotStreams> slot_streams(const LiveWork& work, const MachineShape& shape,
                                                      const std::vector<ContextGrant>& grants) override;
  [[nodiscard]] CUstream plain_stream(std::size_t purpose, std::uint32_t slot, int priority);

  // Holds streams by purpose, then slot. They live as long as the process, since graphs hold on to them.
  std::vector<std::vector<CUstream>> plain_;
};

}  // namespace daris
