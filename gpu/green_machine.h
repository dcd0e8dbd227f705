// Green contexts of one GPU, each a window of its SM groups, and streams in them.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "profiles/partition.h"

namespace daris {

// Contexts may overlap. A probe kernel verifies each one when it is made. It must have as many SMs as were
// asked for, and must share with every other one the SMs of the groups that both have. (A split of its own
// may share any.) Contexts and their streams live as long as the process: Torch's allocator and captured
// graphs hold on to streams. Threads: one. Throws GpuError.
class GreenMachine {
 public:
  explicit GreenMachine(int device);

  [[nodiscard]] const MachineShape& shape() const { return shape_; }

  // `groups` groups from `first_group` on, wrapping around after group `groups_in_use - 1`. All groups of the
  // GPU means every SM. Equal windows of different `context` are different green contexts. REQUIRES:
  // first_group < groups_in_use, 1 <= groups <= groups_in_use <= shape().groups.
  struct Window {
    std::uint32_t context = 0;
    std::uint32_t first_group = 0;
    std::uint32_t groups = 0;
    std::uint32_t groups_in_use = 0;
  };

  // Stream number `index` of the window's green context, with `priority` (CUDA's: less is more urgent).
  // Streams of another priority are of a green context of their own.
  [[nodiscard]] CUstream window_stream(const Window& window, std::uint32_t index = 0, int priority = 0);

  // A stream on exactly `sms` SMs: a window from group 0 on, or a split of its own if `sms` needs more groups
  // than there are. REQUIRES: `sms` is a multiple of shape().group_sms, or all SMs.
  [[nodiscard]] CUstream quota_stream(std::uint32_t sms);

 private:
  struct Context {
    CUgreenCtx handle = nullptr;
    std::vector<CUstream> streams;
    std::vector<std::uint32_t> sm_ids;  // as probed, ascending; empty: not verified yet
  };
  // `groups` are those of the one split. If there are none, the context has `sms` SMs of a split of its own.
  struct Key {
    std::uint32_t context = 0;
    std::vector<std::uint32_t> groups;
    std::uint32_t sms = 0;
    int priority = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  CUstream stream_of(const Key& key, std::uint32_t index);
  CUgreenCtx make(const Key& key);
  void verify(const Key& key, Context& context) const;
  // The SMs that two contexts have in common by their groups. Returns nullopt if one is a split of its own,
  // of which that is not known.
  [[nodiscard]] std::optional<std::size_t> shared_sms(const Key& a, const Key& b) const;

  int device_;
  MachineShape shape_;
  CUdevResource all_{};
  std::vector<CUdevResource> groups_;
  std::map<Key, Context> contexts_;
};

}  // namespace daris
