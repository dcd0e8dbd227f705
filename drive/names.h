// The words by which documents name the core's enumerators.
#pragma once

#include <optional>
#include <string_view>

#include "policy/decision.h"
#include "policy/event.h"

namespace daris {

[[nodiscard]] std::string_view to_text(RejectReason reason);
[[nodiscard]] std::string_view to_text(DropReason reason);
[[nodiscard]] std::string_view to_text(LaunchFailure failure);

// Returns nullopt if there is no such word.
template <typename Reason>
[[nodiscard]] std::optional<Reason> find_reason(std::string_view text) = delete;
template <>
[[nodiscard]] std::optional<RejectReason> find_reason<RejectReason>(std::string_view text);
template <>
[[nodiscard]] std::optional<DropReason> find_reason<DropReason>(std::string_view text);
template <>
[[nodiscard]] std::optional<LaunchFailure> find_reason<LaunchFailure>(std::string_view text);

}  // namespace daris
