#include "base/parse_value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

namespace daris {
namespace {

struct Unit {
  std::string_view name;
  double ns;
};
// A unit that ends with another one's name stands before it.
constexpr std::array<Unit, 7> kUnits{{{"ms", kNsPerMs},
                                      {"us", 1e3},
                                      {"ns", 1},
                                      {"min", 60. * kNsPerSecond},
                                      {"s", kNsPerSecond},
                                      {"m", 60. * kNsPerSecond},
                                      {"h", 3600. * kNsPerSecond}}};

template <typename Value>
std::optional<Value> parse_whole(std::string_view text) {
  Value value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  const std::optional<double> value = parse_whole<double>(text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_count(std::string_view text) { return parse_whole<std::uint64_t>(text); }

std::optional<double> parse_share(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const std::optional<double> value = parse_number(text);
  return value && percent ? *value / 100 : value;
}

std::optional<Duration> parse_duration(std::string_view text) {
  double unit_ns = kNsPerSecond;
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    unit_ns = unit.ns;
    text.remove_suffix(unit.name.size());
    break;
  }
  const std::optional<double> value = parse_number(text);
  if (!value || *value < 0 || *value * unit_ns >= kSecondsMax * kNsPerSecond) return std::nullopt;
  return Duration::from_ns(static_cast<std::int64_t>(std::floor(*value * unit_ns + 0.5)));
}

}  // namespace daris
