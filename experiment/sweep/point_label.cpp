#include "experiment/sweep/point_label.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include "base/json/json.h"
#include "base/printable_text.h"

namespace daris {
namespace {

constexpr std::size_t kValueWidthMax = 40;
constexpr std::size_t kLabelWidthMax = 160;

constexpr std::size_t kLookedAtMax = 10'000;

// Steps of the golden ratio fall into no step with an axis of the grid.
std::size_t some_index(std::size_t step, std::size_t count) {
  const double place = std::fmod(static_cast<double>(step) * std::numbers::phi, 1.0);
  return static_cast<std::size_t>(place * static_cast<double>(count));
}

using Settings = std::vector<std::pair<std::string, std::string>>;

void flatten(const Json& config, Settings& out) {
  for (const auto& [key, value] : config.items()) {
    if (value.is_object()) {
      flatten(value, out);
    } else {
      out.emplace_back(key, printable(value.is_string() ? value.get<std::string>() : value.dump()));
    }
  }
}

Settings settings_of(const Json& config) {
  Settings settings;
  flatten(config, settings);
  return settings;
}

// The end of a path tells more than its beginning.
std::string cut(const std::string& value) {
  if (text_width(value) <= kValueWidthMax) return value;
  return "..." + std::string(end_of_width(value, kValueWidthMax - 3));
}

}  // namespace

PointLabels::PointLabels(std::size_t count, const ConfigOf& config_of)
    : count_(count), config_of_(config_of) {
  std::map<std::string, std::string> first;
  const std::size_t looked_at = std::min(count, kLookedAtMax);
  for (std::size_t i = 0; i < looked_at; ++i) {
    const Settings settings = settings_of(config_of(looked_at == count ? i : some_index(i, count)));
    for (const auto& [key, value] : settings) {
      // A key that comes late was missing before.
      const auto [known, is_new] = first.try_emplace(key, value);
      if (is_new ? i > 0 : known->second != value) differing_.insert(key);
    }
  }
}

std::string PointLabels::of(std::size_t index) const {
  std::string label = fmt::format("point {} of {}", index + 1, count_);
  const char* separator = ": ";
  for (const auto& [key, value] : settings_of(config_of_(index))) {
    if (!differing_.contains(key)) continue;
    const std::string setting = fmt::format("{}{} {}", std::exchange(separator, ", "), key, cut(value));
    if (text_width(label) + text_width(setting) > kLabelWidthMax) return label + ", ...";
    label += setting;
  }
  return label;
}

}  // namespace daris
