#include "analysis/comparison/point_key.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "base/json/json.h"
#include "base/json/write.h"
#include "policy/registry.h"
#include "policy/switches.h"

namespace daris {
namespace {

constexpr std::array<std::string_view, 6> kNeverCount{"seed",      "replications", "blame",
                                                      "precision", "precision_of", "replications_max"};
constexpr std::string_view kSwitches = "switches";

using Settings = std::map<std::string, std::string>;  // key -> value as JSON

bool names(const std::vector<std::string>& keys, const std::string& key, bool is_switch) {
  const auto is_it = [&](const std::string& one) { return one == key || (is_switch && one == kSwitches); };
  return std::any_of(keys.begin(), keys.end(), is_it);
}

bool counts(const MatchRule& rule, const std::string& key, bool is_switch) {
  if (std::find(kNeverCount.begin(), kNeverCount.end(), key) != kNeverCount.end()) return false;
  return rule.by.empty() ? !names(rule.ignore, key, is_switch) : names(rule.by, key, is_switch);
}

// Each switch with its value; those that the configuration lacks have the defaults of the policy.
Settings switches_of(const Json& config) {
  Settings switches;
  const std::string name = config.value("policy", std::string());
  const PolicyInfo* const policy = find_policy(name);
  const PolicySwitches defaults = policy == nullptr ? PolicySwitches() : default_switches(*policy);
  for (const SwitchInfo& info : switch_table())
    switches[std::string(info.key)] = write_json_line(Json(switch_value(defaults, info.key)));
  const auto given = config.find(std::string(kSwitches));
  if (given == config.end() || !given->is_object()) return switches;
  for (const auto& [key, value] : given->items()) switches[key] = write_json_line(value);
  return switches;
}

Settings settings_of(const Json& config, const MatchRule& rule) {
  Settings settings;
  for (const auto& [key, value] : config.items()) {
    // A warm-up that was cut is a result, and no setting.
    if (key == "warmup_s" && config.contains("warmup_by")) continue;
    // An option that is null and one that is left out mean the same.
    if (key != kSwitches && !value.is_null() && counts(rule, key, false))
      settings[key] = write_json_line(value);
  }
  for (const auto& [key, value] : switches_of(config)) {
    if (counts(rule, key, true)) settings[key] = value;
  }
  return settings;
}

std::string unquoted(const std::string& value) {
  const bool text = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return text ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::string point_key(const Json& config, const MatchRule& rule) {
  std::string text;
  for (const auto& [key, value] : settings_of(config, rule)) {
    text += key;
    text += ' ';
    text += value;
    text += '\n';
  }
  return text;
}

std::vector<std::string> differing_keys(const Json& a, const Json& b, const MatchRule& rule) {
  const Settings ours = settings_of(a, rule);
  const Settings theirs = settings_of(b, rule);
  Settings all = ours;
  all.insert(theirs.begin(), theirs.end());
  std::vector<std::string> keys;
  for (const auto& [key, unused] : all) {
    const auto here = ours.find(key);
    const auto there = theirs.find(key);
    if (here == ours.end() || there == theirs.end() || here->second != there->second) keys.push_back(key);
  }
  return keys;
}

PointNames::PointNames(const std::vector<const Json*>& configs) {
  struct Seen {
    std::string value;
    std::size_t count = 0;
    bool same = true;
  };
  std::map<std::string, Seen> seen;
  for (const Json* const config : configs) {
    for (const auto& [key, value] : settings_of(*config, {})) {
      Seen& one = seen.try_emplace(key, Seen{value}).first->second;
      ++one.count;
      one.same = one.same && one.value == value;
    }
  }
  for (const auto& [key, one] : seen) {
    if (!one.same || one.count != configs.size()) differing_.push_back(key);
  }
}

std::string PointNames::of(const Json& config) const {
  const Settings settings = settings_of(config, {});
  std::string name;
  for (const std::string& key : differing_) {
    const auto value = settings.find(key);
    if (value == settings.end()) continue;
    if (!name.empty()) name += ", ";
    name += key;
    name += ' ';
    name += unquoted(value->second);
  }
  return name.empty() ? config.value("task_set", std::string("the point")) : name;
}

}  // namespace daris
