// Values from text, as flags and axes of a grid give them. Each function takes the whole text; it returns
// nullopt if the text is anything else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace daris {

// About 12 days: no time in seconds that a user writes is above it.
inline constexpr double kSecondsMax = 1e6;

// A finite number in plain or scientific notation.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);

// A part of a whole: "20%" or "0.2" is 0.2.
[[nodiscard]] std::optional<double> parse_share(std::string_view text);

// "10s", "250ms", "30us", "5min" or "5m", "2h"; a plain number is seconds. It is rounded to a nanosecond, and
// is below kSecondsMax and never negative.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

}  // namespace daris
