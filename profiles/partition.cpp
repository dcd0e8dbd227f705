#include "profiles/partition.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/number_text.h"

namespace daris {
namespace {

constexpr std::uint64_t kMilli = 1000;

std::uint32_t least_sms(const MachineShape& machine) { return std::max(2U, machine.group_sms); }

std::uint32_t rounded_down(const MachineShape& machine, std::uint32_t percentage) {
  if (percentage >= 100) return machine.sms;
  return static_cast<std::uint32_t>(2 * (std::uint64_t{machine.sms} * percentage / 200));
}

bool isolated(const Shape& shape) { return shape.oversubscription_milli == kMilli; }

std::string contexts_text(std::uint32_t contexts) {
  return fmt::format("{} {}", contexts, contexts == 1 ? "context" : "contexts");
}

// q of docs/scheduler.md, "What each backend grants".
std::uint32_t requested_sms(const MachineShape& machine, const Shape& shape, IsolatedRounding rounding) {
  const std::uint64_t sms = machine.sms;
  const std::uint64_t contexts = shape.contexts;
  if (isolated(shape) && rounding == IsolatedRounding::kDown)
    return static_cast<std::uint32_t>(2 * (sms / (2 * contexts)));
  const std::uint64_t divisor = 2 * kMilli * contexts;
  const std::uint64_t pairs = (sms * shape.oversubscription_milli + divisor - 1) / divisor;
  return static_cast<std::uint32_t>(std::min(sms, 2 * pairs));
}

Status check_shape(const MachineShape& machine, const Shape& shape) {
  if (machine.sms == 0) return Error{"a machine of 0 SMs can't be cut into contexts"};
  if (shape.contexts == 0) return Error{"contexts: 0 is out of range; at least 1 is needed"};
  if (shape.backend == Backend::kStreams || shape.backend == Backend::kCpu) return {};
  if (shape.backend == Backend::kMps && shape.contexts > kMpsClientsMax)
    return Error{fmt::format("contexts: {} is out of range; MPS serves at most {} clients, one a context",
                             shape.contexts, kMpsClientsMax)};
  if (shape.oversubscription_milli >= kMilli && shape.oversubscription_milli <= kMilli * shape.contexts)
    return {};
  return Error{fmt::format(
      "oversubscription: {} is out of range; a number from 1 to the number of contexts, {}, is needed",
      number_text(static_cast<double>(shape.oversubscription_milli) / kMilli), shape.contexts)};
}

// Grants windows of SM groups. `q` is only recorded.
Result<std::vector<ContextGrant>> green_partition(const MachineShape& machine, const Shape& shape,
                                                  std::uint32_t q) {
  const std::uint64_t groups = machine.groups;
  const std::uint64_t contexts = shape.contexts;
  if (groups == 0)
    return Error{"backend green: the GPU gave no SM groups; backends mps and streams need none"};
  if (isolated(shape) && contexts > groups)
    return Error{fmt::format(
        "contexts: {} don't fit side by side on backend green; at most {}, the number of SM groups, or an "
        "oversubscription above 1 is needed",
        contexts, groups)};
  const std::uint64_t divisor = kMilli * contexts;
  const std::uint64_t rounded = (2 * groups * shape.oversubscription_milli + divisor) / (2 * divisor);
  const std::uint64_t window =
      isolated(shape) ? groups / contexts : std::clamp<std::uint64_t>(rounded, 1, groups);
  std::vector<ContextGrant> grants;
  for (std::uint64_t k = 0; k < contexts; ++k) {
    ContextGrant grant;
    grant.first_group = static_cast<std::uint32_t>(k * groups / contexts);
    grant.groups = static_cast<std::uint32_t>(window);
    grant.granted_sms = window == groups ? machine.sms : grant.groups * machine.group_sms;
    grant.requested_sms = q;
    grants.push_back(grant);
  }
  return grants;
}

Result<std::vector<ContextGrant>> mps_partition(const MachineShape& machine, const Shape& shape,
                                                std::uint32_t q, IsolatedRounding rounding) {
  const bool at_most = isolated(shape) && rounding == IsolatedRounding::kDown;
  std::uint32_t percentage = at_most ? 100 : mps_percentage_for(machine, q);
  while (at_most && percentage > 0 && mps_granted_sms(machine, percentage) > q) --percentage;
  ContextGrant grant;
  grant.requested_sms = q;
  grant.mps_percentage = percentage;
  grant.granted_sms = mps_granted_sms(machine, percentage);
  if (grant.granted_sms == 0)
    return Error{
        fmt::format("contexts: {} of {} SMs can't be on backend mps, which grants at least {}; at most {} "
                    "contexts, or an "
                    "oversubscription above 1, is needed",
                    contexts_text(shape.contexts), q, least_sms(machine), machine.sms / least_sms(machine))};
  return std::vector<ContextGrant>(shape.contexts, grant);
}

}  // namespace

MachineShape shape_of(const GpuDescription& gpu) { return {gpu.sms, gpu.group_sms, gpu.groups}; }

Result<MachineShape> confined(const MachineShape& machine, Backend backend,
                              std::optional<std::uint32_t> sms) {
  if (!sms || *sms == machine.sms) return machine;
  const std::uint32_t least = least_sms(machine);
  if (*sms > machine.sms || *sms < least) {
    return Error{fmt::format("sms: {} is out of range; {} to {}", *sms, least, machine.sms)};
  }
  MachineShape part = machine;
  part.sms = backend == Backend::kMps ? *sms / 2 * 2 : *sms;
  if (backend != Backend::kGreen) return part;
  part.groups = *sms / machine.group_sms;
  part.sms = part.groups * machine.group_sms;
  return part;
}

std::uint32_t mps_granted_sms(const MachineShape& machine, std::uint32_t percentage) {
  if (percentage == 0) return 0;
  return std::min(machine.sms, std::max(least_sms(machine), rounded_down(machine, percentage)));
}

std::uint32_t mps_percentage_for(const MachineShape& machine, std::uint32_t sms) {
  std::uint32_t percentage = 1;
  while (percentage < 100 && rounded_down(machine, percentage) < sms) ++percentage;
  return percentage;
}

Result<std::vector<ContextGrant>> make_partition(const MachineShape& machine, const Shape& shape,
                                                 IsolatedRounding rounding) {
  DARIS_TRY(check_shape(machine, shape));
  const std::uint32_t q = requested_sms(machine, shape, rounding);
  switch (shape.backend) {
    case Backend::kGreen: return green_partition(machine, shape, q);
    case Backend::kMps: return mps_partition(machine, shape, q, rounding);
    case Backend::kStreams:
    case Backend::kCpu: break;
  }
  ContextGrant whole;
  whole.granted_sms = machine.sms;
  whole.requested_sms = machine.sms;
  return std::vector<ContextGrant>(shape.contexts, whole);
}

}  // namespace daris
