// Finds the SMs that each context is granted (docs/scheduler.md, "What each backend grants").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "profiles/profile.h"
#include "profiles/shape.h"

namespace daris {

struct MachineShape {
  std::uint32_t sms = 132;      // M
  std::uint32_t group_sms = 8;  // of a green-context split
  std::uint32_t groups = 15;    // G
};

[[nodiscard]] MachineShape shape_of(const GpuDescription& gpu);

// The SMs of one context. On green it is a window of consecutive SM groups that wraps around. On mps and
// streams the whole machine is one pool, and only `granted_sms` counts.
struct ContextGrant {
  std::uint32_t granted_sms = 0;
  std::uint32_t first_group = 0;
  std::uint32_t groups = 0;          // green only; all groups means every SM, the left-over ones too
  std::uint32_t requested_sms = 0;   // q
  std::uint32_t mps_percentage = 0;  // mps only
};

inline constexpr std::uint32_t kMpsClientsMax = 48;  // of one GPU

// Says how q is rounded at OS = 1. Profiles of published data keep the paper's rounding up.
enum class IsolatedRounding { kDown, kUp };

// `machine` confined to `sms` SMs: on green whole groups only, on mps an even number. The SMs outside them
// then belong to no context. Errors: more SMs than there are; fewer than one group, or than 2 if there are no
// groups. The message begins with "sms".
[[nodiscard]] Result<MachineShape> confined(const MachineShape& machine, Backend backend,
                                            std::optional<std::uint32_t> sms);

// The SMs that MPS grants for a whole percentage. As measured on an H100 it rounds down to even. No context
// gets fewer than a group of a green-context split has (8 SMs for 1% to 7%).
[[nodiscard]] std::uint32_t mps_granted_sms(const MachineShape& machine, std::uint32_t percentage);

// The percentage that asks MPS for `sms` SMs: the smallest that grants so many by rounding down alone; 100 if
// none below does.
[[nodiscard]] std::uint32_t mps_percentage_for(const MachineShape& machine, std::uint32_t sms);

// One grant for each context. `machine` is already confined to the SMs of `shape`, whose streams and SMs
// decide nothing here. Errors: OS is below 1 or above Nc; there are more contexts than groups (green, OS = 1)
// or than MPS has clients; a context would get fewer SMs than MPS grants at OS = 1.
[[nodiscard]] Result<std::vector<ContextGrant>> make_partition(
    const MachineShape& machine, const Shape& shape, IsolatedRounding rounding = IsolatedRounding::kDown);

}  // namespace daris
