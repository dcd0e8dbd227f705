#include "analysis/report/flat_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/report/shape_choice.h"
#include "base/json/json.h"
#include "base/printable_text.h"

namespace daris {
namespace {

std::string config_text(const Json& value) {
  if (value.is_string()) return printable(value.get<std::string>());
  if (value.is_null()) return "-";
  if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
  return value.dump();
}

void flatten(const Json& config, const std::string& prefix, FlatConfig& out) {
  for (const auto& [key, value] : config.items()) {
    if (value.is_object()) {
      flatten(value, prefix + key + ".", out);
    } else {
      out.emplace_back(prefix + key, config_text(value));
    }
  }
}

void name_chosen_shape(const Json& point, FlatConfig& config) {
  for (auto& [key, value] : config) {
    if (key == "shape") value = fmt::format("{} (auto)", printable(point_shape_text(point)));
  }
}

}  // namespace

FlatConfig flat_config(const Json& point) {
  FlatConfig config;
  flatten(point.at("config"), "", config);
  if (point.contains("shape")) name_chosen_shape(point, config);
  return config;
}

const std::string* find_setting(const FlatConfig& config, const std::string& key) {
  const auto found =
      std::find_if(config.begin(), config.end(), [&](const auto& entry) { return entry.first == key; });
  return found == config.end() ? nullptr : &found->second;
}

std::string short_setting(const std::string& key) {
  std::string name = key.substr(key.rfind('.') + 1);  // npos + 1 is 0
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::vector<std::string> differing_settings(const std::vector<FlatConfig>& configs) {
  std::vector<std::string> keys;
  std::set<std::string> seen;
  for (const FlatConfig& config : configs) {
    for (const auto& [key, unused] : config) {
      if (!seen.insert(key).second) continue;
      const std::string* first = find_setting(configs.front(), key);
      const bool same =
          first != nullptr &&
          std::all_of(configs.begin(), configs.end(), [&, wanted = key](const FlatConfig& other) {
            const std::string* value = find_setting(other, wanted);
            return value != nullptr && *value == *first;
          });
      if (!same) keys.push_back(key);
    }
  }
  return keys;
}

std::vector<std::uint64_t> levels_of(const Json& points) {
  std::set<std::uint64_t> all;
  for (const Json& point : points) {
    for (const Json& level : point["results"]["levels"]) all.insert(level["priority"].get<std::uint64_t>());
  }
  return {all.begin(), all.end()};
}

const Json* find_level(const Json& results, std::uint64_t priority) {
  const Json& levels = results["levels"];
  const auto level = std::find_if(levels.begin(), levels.end(),
                                  [&](const Json& entry) { return entry["priority"] == priority; });
  return level == levels.end() ? nullptr : &*level;
}

}  // namespace daris
