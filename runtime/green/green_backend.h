// The backend `green`: contexts are green contexts inside one process, windows of SM groups that may overlap.
#pragma once

#include "runtime/gpu/in_process_backend.h"

namespace daris {

// When a partition is made, a probe kernel verifies it by reading the ids of its SMs.
class GreenBackend final : public InProcessBackend {
 public:
  explicit GreenBackend(int device) : InProcessBackend(device) {}
  [[nodiscard]] Backend kind() const override { return Backend::kGreen; }

 private:
  [[nodiscard]] std::vector<SlotStreams> slot_streams(const LiveWork& work, const MachineShape& shape,
                                                      const std::vector<ContextGrant>& grants) override;
};

}  // namespace daris
