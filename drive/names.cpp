#include "drive/names.h"

#include <array>
#include <cstddef>

namespace daris {
namespace {

// Names by the enumerator's value.
constexpr std::array<std::string_view, 4> kRejectReasonNames = {"utilization", "certainly_late", "no_context",
                                                                "not_scheduled"};
constexpr std::array<std::string_view, 3> kDropReasonNames = {"certainly_late", "context_lost",
                                                              "launch_failed"};
constexpr std::array<std::string_view, 3> kLaunchFailureNames = {"out_of_memory", "device_error", "refused"};

template <typename Enumeration, std::size_t count>
std::optional<Enumeration> find(const std::array<std::string_view, count>& names, std::string_view text) {
  for (std::size_t value = 0; value < count; ++value) {
    if (names[value] == text) return static_cast<Enumeration>(value);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(RejectReason reason) {
  return kRejectReasonNames.at(static_cast<std::size_t>(reason));
}
std::string_view to_text(DropReason reason) { return kDropReasonNames.at(static_cast<std::size_t>(reason)); }
std::string_view to_text(LaunchFailure failure) {
  return kLaunchFailureNames.at(static_cast<std::size_t>(failure));
}

template <>
std::optional<RejectReason> find_reason<RejectReason>(std::string_view text) {
  return find<RejectReason>(kRejectReasonNames, text);
}
template <>
std::optional<DropReason> find_reason<DropReason>(std::string_view text) {
  return find<DropReason>(kDropReasonNames, text);
}
template <>
std::optional<LaunchFailure> find_reason<LaunchFailure>(std::string_view text) {
  return find<LaunchFailure>(kLaunchFailureNames, text);
}

}  // namespace daris
