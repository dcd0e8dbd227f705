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

// Null for a word that there is not.
[[nodiscard]] std::optional<RejectReason> reject_reason(std::string_view text);
[[nodiscard]] std::optional<DropReason> drop_reason(std::string_view text);
[[nodiscard]] std::optional<LaunchFailure> launch_failure(std::string_view text);

}  // namespace daris
