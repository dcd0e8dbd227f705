// `--backend green`: contexts are green contexts, windows of SM groups that may overlap, inside one process.
#pragma once

#include "runtime/gpu/in_process_backend.h"

namespace daris {

// Every partition is verified by a probe kernel that reads its SM ids when it is made.
class GreenBackend final : public InProcessBackend {
 public:
  explicit GreenBackend(int device) : InProcessBackend(device) {}
  [[nodiscard]] Backend mechanism() const override { return Backend::kGreen; }

 private:
  [[nodiscard]] std::vector<SlotStreams> slot_streams(const LiveWork& work, const MachineShape& shape,
                                                      const std::vector<ContextGrant>& grants) override;
};

}  // namespace daris
