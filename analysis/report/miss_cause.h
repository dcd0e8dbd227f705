// Why a job missed its deadline. What each cause means is in docs/blame.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace daris {

// In the order that decides if two contribute the same.
enum class MissCause { kQueueing, kBlocking, kContention, kLaunch, kLateRelease, kAdmission };

// The words of documents, by MissCause.
inline constexpr std::array<std::string_view, 6> kMissCauseNames{"queueing", "blocking",     "contention",
                                                                 "launch",   "late_release", "admission"};
inline constexpr std::size_t kMissCauses = kMissCauseNames.size();

[[nodiscard]] constexpr std::string_view to_text(MissCause cause) {
  return kMissCauseNames[static_cast<std::size_t>(cause)];
}

// How many jobs missed for each cause, by MissCause.
using MissCauseCounts = std::array<std::uint64_t, kMissCauses>;

}  // namespace daris
