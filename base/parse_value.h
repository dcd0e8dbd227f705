// Values from text, as flags and axes of a grid give them. Each takes the whole text or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace daris {

// Finite, in plain or scientific notation.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);

// "10s", "250ms", "30us", "5min"; a plain number is seconds. Rounded to a nanosecond, below 10^6 seconds,
// never negative.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

}  // namespace daris
