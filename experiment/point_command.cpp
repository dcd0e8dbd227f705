#include "experiment/point_command.h"

#include "base/json/json.h"
#include "base/number_text.h"
#include "base/shell_word.h"
#include "experiment/run_options.h"
#include "policy/registry.h"
#include "policy/switches.h"

namespace daris {
namespace {

// As flags write it.
std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return number_text(value.get<double>());
  return value.dump();
}

// What `daris run` does unless it is told otherwise. A point that a sweep ran has `saturation` off.
Json default_of(const RunOption& option, bool live) {
  if (option.key == "backend") return live ? Json("auto") : Json("green");
  return option.get(RunConfig());
}

void append_option(const RunOption& option, const Json& value, bool live, std::string& text) {
  if (value.is_null() || value == default_of(option, live)) return;
  if (option.world == OptionWorld::kSimulated && live) return;
  if (option.world == OptionWorld::kLive && !live) return;
  text += " --" + std::string(option.flag);
  if (option.argument.empty()) return;  // the flag alone turns the default over
  text += " " + quoted_word(value_text(value)) + (option.kind == ValueKind::kSeconds ? "s" : "");
}

void append_switches(const Json& config, std::string& text) {
  const PolicyInfo* const policy = find_policy(config.value("policy", std::string()));
  if (policy == nullptr) return;
  const PolicySwitches defaults = default_switches(*policy);
  const Json switches = config.value("switches", Json::object());  // items() only points to it
  for (const auto& [key, value] : switches.items()) {
    bool known = false;
    for (const SwitchInfo& info : switch_table()) known = known || info.key == key;
    if (!known || value == switch_value(defaults, key)) continue;
    text += " --set " + quoted_word(key + "=" + value_text(value));
  }
}

}  // namespace

std::string point_command(const Json& config, bool live) {
  std::string text = live ? "daris run" : "daris sim";
  for (const RunOption& option : run_options()) {
    const auto found = config.find(option.key);
    if (found != config.end()) append_option(option, *found, live, text);
  }
  append_switches(config, text);
  return text;
}

}  // namespace daris
