#include "cli/run_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/host/files.h"
#include "base/json/json.h"
#include "experiment/config_json.h"
#include "experiment/log_follower.h"
#include "policy/switches.h"

namespace daris {

namespace {

constexpr std::array<std::string_view, 5> kPlansSettle{"precision", "precision_of", "replications_max",
                                                       "warmup_by", "power"};

bool is_settled_by_plans(std::string_view key) {
  return std::find(kPlansSettle.begin(), kPlansSettle.end(), key) != kPlansSettle.end();
}

bool is_open(const RunOption& option, FlagUse use) {
  return use == FlagUse::kRun || !is_settled_by_plans(option.key);
}

// Flags win over a file, so a shape that they give takes the place of the file's.
void forget_shape_of_file(const Arguments& arguments, RunConfig& config) {
  const auto is_shape_key = [](std::string_view key) {
    return std::find(kShapeKeys.begin(), kShapeKeys.end(), key) != kShapeKeys.end();
  };
  const auto is_flag = [&](std::string_view key) { return arguments.has(std::string(key)); };
  if (arguments.has("shape")) {
    std::erase_if(config.given, is_shape_key);
  } else if (std::any_of(kShapeKeys.begin(), kShapeKeys.end(), is_flag)) {
    config.automatic_shape = false;
    config.goal = ShapeGoal::kThroughput;
  }
}

// What a flag without an argument sets.
std::string turned_over(const RunOption& option) { return option.get(RunConfig()) == "on" ? "off" : "on"; }

void forget_statistics(const RunConfig& defaults, RunConfig& config) {
  config.precision = defaults.precision;
  config.precision_of = defaults.precision_of;
  config.replications_max = defaults.replications_max;
  config.cuts_warmup = defaults.cuts_warmup;
  std::erase_if(config.given, is_settled_by_plans);
}

}  // namespace

std::vector<Flag> run_flags(OptionWorld world, FlagUse use, const RunConfig& defaults) {
  std::vector<Flag> flags;
  for (const RunOption& option : run_options()) {
    if (option.world != OptionWorld::kBoth && option.world != world) continue;
    if (!is_open(option, use)) continue;
    flags.push_back({std::string(option.flag), std::string(option.argument), help_of(option, defaults)});
  }
  flags.push_back(
      {"set", "KEY=VALUE", "set a switch of the policy (below); may be given several times", true});
  flags.push_back({"pace", "order|time", "with --schedule: the same as --set pace=..."});
  flags.push_back(
      {"config", "FILE",
       "take all of this from a configuration, a report, a capacity or a recommendation; flags win "
       "over it"});
  flags.push_back({"point", "ID", "the point of the report that --config names"});
  return flags;
}

Result<RunConfig> config_from(const Arguments& arguments, const RunConfig& defaults, FlagUse use) {
  RunConfig config = defaults;
  if (arguments.has("point") && !arguments.has("config")) return Error{"--point: needs --config REPORT"};
  if (arguments.has("config")) {
    const std::optional<std::string> point =
        arguments.has("point") ? std::optional<std::string>(arguments.text("point")) : std::nullopt;
    DARIS_TRY_ASSIGN(config, read_config(defaults, arguments.text("config"), point));
    forget_shape_of_file(arguments, config);
    if (use == FlagUse::kPlan) forget_statistics(defaults, config);
  }
  for (const RunOption& option : run_options()) {
    const std::string flag(option.flag);
    if (!arguments.has(flag) || !is_open(option, use)) continue;
    const Status status =
        set_option(config, option, option.argument.empty() ? turned_over(option) : arguments.text(flag));
    if (!status.ok()) return status.error().in("--" + flag);
  }
  for (const std::string& assignment : arguments.texts("set")) {
    const Status status = set_assignment(config, assignment);
    if (!status.ok()) return status.error().in("--set");
  }
  if (arguments.has("pace")) {
    if (config.schedule.empty()) return Error{"--pace: needs --schedule LOG"};
    const Status status = set_run_switch(config, "pace", arguments.text("pace"));
    if (!status.ok()) return status.error().in("--pace");
  }
  return LogFollower().follow(config);
}

// What is wrong with the report was said by config_from().
std::optional<PointAgain> point_again(const Arguments& arguments, ReportKind kind) {
  const auto changes = [&](const Flag& flag) {
    const std::string name(long_name(flag));
    return name != "config" && name != "point" && arguments.has(name);
  };
  const std::vector<Flag> flags =
      run_flags(kind == ReportKind::kSimulated ? OptionWorld::kSimulated : OptionWorld::kLive);
  if (!arguments.has("config") || std::any_of(flags.begin(), flags.end(), changes)) return std::nullopt;
  const std::string file = arguments.text("config");
  const Result<std::string> text = read_text_file(file);
  if (!text.ok()) return std::nullopt;
  const Result<Json> report = parse_report(text.value(), file);
  if (!report.ok() || report.value()["kind"] != to_text(kind)) return std::nullopt;
  const Json& first = report.value()["points"][0]["id"];
  return PointAgain{arguments.has("point") ? arguments.text("point") : first.get<std::string>(), file};
}

std::string switches_help() {
  std::string text = "Switches (--set KEY=VALUE; `daris list policies` says which policy obeys which):\n";
  const PolicySwitches defaults;
  for (const SwitchInfo& info : switch_table()) {
    text += fmt::format("  {:<17} {:<26} {} (default: {})\n", info.key, info.values, info.summary,
                        switch_value(defaults, info.key));
  }
  return text;
}

}  // namespace daris
