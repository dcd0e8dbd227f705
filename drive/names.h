// The words that documents use for the core's enumerations.
#pragma once

#include <optional>
#include <string_view>

#include "policy/decision.h"
#include "policy/event.h"

namespace daris {

[[nodiscard]] std::string_view to_text(RejectReason reason);
[[nodiscard]] std::string_view to_text(DropReason reason);
[[nodiscard]] std::string_view to_text(LaunchFailure failure);

// Nothing for a word that there is not.
template <typename Reason>
[[nodiscard]] std::optional<Reason> find_reason(std::string_view text) = delete;
template <>
[[nodiscard]] std::optional<RejectReason> find_reason<RejectReason>(std::string_view text);
template <>
[[nodiscard]] std::optional<DropReason> find_reason<DropReason>(std::string_view text);
template <>
[[nodiscard]] std::optional<LaunchFailure> find_reason<LaunchFailure>(std::string_view text);

}  // namespace daris
