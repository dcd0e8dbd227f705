// Limits how large a task set may be, before and after scaling.
#pragma once

#include <cstdint>

namespace daris {

inline constexpr std::uint32_t kTasksMax = 10'000;  // copies of all groups together

// Periods and deadlines. The least is far below any model's time. The most is the limit of the scheduler's
// durations.
inline constexpr double kPeriodMsMin = 0.001;
inline constexpr double kPeriodMsMax = 1e6;
inline constexpr double kRateHzMin = 0.001;
inline constexpr double kRateHzMax = 1e6;

}  // namespace daris
