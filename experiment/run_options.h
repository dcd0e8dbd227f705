// The table of run options. The command line, configuration files, the axes of a sweep and `--help` read it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/run_config.h"

namespace daris {

// The types that an option's value may have in JSON.
enum class ValueKind { kText, kNumber, kNumberOrText, kSeconds };

// The worlds whose commands have an option.
enum class OptionWorld { kBoth, kSimulated, kLive };

struct RunOption {
  std::string_view key;       // in JSON: "load_by", "duration_s"
  std::string_view flag;      // on the command line: "load-by", "duration"
  std::string_view argument;  // "X"; empty: the flag takes none and turns the default over
  std::string_view help;      // "{}" stands for the default: see help_of()
  ValueKind kind;
  bool optional;  // null is allowed in JSON: it sets nothing
  // For set_option(). Errors: the value is wrong; the message has the value and what would be right.
  Status (*set)(RunConfig&, std::string_view text);
  Json (*get)(const RunConfig&);
  OptionWorld world = OptionWorld::kBoth;
  // Written into a `config` only if it is not at its default: ids of points without it stay as they were.
  bool unsaid_by_default = world == OptionWorld::kLive;
};

// Keys of the options that a chosen shape takes the place of.
inline constexpr std::array<std::string_view, 3> kShapeKeys{"contexts", "streams", "oversubscription"};

[[nodiscard]] std::span<const RunOption> run_options();

// The help text, with the default that `defaults` has.
[[nodiscard]] std::string help_of(const RunOption& option, const RunConfig& defaults);

// Returns null if there is no option of that key. Switches of policies are apart (policy/switches.h).
[[nodiscard]] const RunOption* find_run_option(std::string_view key);

// Sets the option, one of run_options(), and notes its key. Errors: those of RunOption::set.
[[nodiscard]] Status set_option(RunConfig& config, const RunOption& option, std::string_view text);

// Tells whether the option of that key was set.
[[nodiscard]] bool is_given(const RunConfig& config, std::string_view key);

// Sets the option or policy switch `key` from a JSON value, as configuration files and axes have it.
// Errors: an unknown key (with the nearest known one), a wrong type, a value out of range. Messages don't
// name the place.
[[nodiscard]] Status set_from_json(RunConfig& config, std::string_view key, const Json& value);

// Sets a switch of the policy. Errors: those of policy/switches.h.
[[nodiscard]] Status set_run_switch(RunConfig& config, std::string_view key, std::string_view value);

// Sets "key=value", as `--set` takes it.
[[nodiscard]] Status set_assignment(RunConfig& config, std::string_view assignment);

}  // namespace daris
