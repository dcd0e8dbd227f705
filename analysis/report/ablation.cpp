#include "analysis/report/ablation.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/json/json.h"
#include "base/json/write.h"
#include "policy/registry.h"
#include "policy/switches.h"

namespace daris {
namespace {

struct Change {
  std::string key, from, to;
  friend bool operator==(const Change&, const Change&) = default;
};

struct Variant {
  Change change;
  const Json* values;  // of the point's confidence: metric -> value of each replication
};

// Points that differ in nothing but their switches.
struct Scenario {
  Json config;  // without the switches
  const Json* base = nullptr;
  std::vector<Variant> variants;
};

PolicySwitches defaults_of(const Json& config) {
  const PolicyInfo* const policy = find_policy(config.at("policy").get<std::string>());
  return policy == nullptr ? PolicySwitches() : default_switches(*policy);
}

// The switches of a configuration that do not stand at the defaults of its policy.
std::vector<Change> changes(const Json& config) {
  const Json& switches = config.at("switches");
  const PolicySwitches defaults = defaults_of(config);
  std::vector<Change> result;
  for (const SwitchInfo& info : switch_table()) {
    const auto value = switches.find(std::string(info.key));
    if (value == switches.end() || !value->is_string()) continue;
    const std::string from = switch_value(defaults, info.key);
    if (value->get<std::string>() != from)
      result.push_back({std::string(info.key), from, value->get<std::string>()});
  }
  return result;
}

Scenario& scenario_of(std::vector<Scenario>& scenarios, Json config) {
  const auto known = std::find_if(scenarios.begin(), scenarios.end(),
                                  [&](const Scenario& scenario) { return scenario.config == config; });
  if (known != scenarios.end()) return *known;
  return scenarios.emplace_back(Scenario{std::move(config), nullptr, {}});
}

std::size_t place_in_table(const std::string& key) {
  const std::span<const SwitchInfo> table = switch_table();
  return static_cast<std::size_t>(
      std::find_if(table.begin(), table.end(), [&](const SwitchInfo& info) { return info.key == key; }) -
      table.begin());
}

// The scenarios that have a base and a variant, in the order of the report.
std::vector<Scenario> find_scenarios(const Json& report) {
  std::vector<Scenario> scenarios;
  for (const Json& point : report.at("points")) {
    Json config = point.at("config");
    const auto switches = config.find("switches");
    if (switches == config.end() || !switches->is_object()) continue;
    const std::vector<Change> changed = changes(config);
    config.erase("switches");
    const Json* values = &point.at("confidence").at("values");
    if (changed.size() > 1) continue;
    Scenario& scenario = scenario_of(scenarios, std::move(config));
    if (changed.empty()) {
      scenario.base = values;
    } else {
      scenario.variants.push_back({changed.front(), values});
    }
  }
  const auto lacks = [](const Scenario& scenario) {
    return scenario.base == nullptr || scenario.variants.empty();
  };
  scenarios.erase(std::remove_if(scenarios.begin(), scenarios.end(), lacks), scenarios.end());
  for (Scenario& scenario : scenarios) {
    std::stable_sort(scenario.variants.begin(), scenario.variants.end(),
                     [](const Variant& a, const Variant& b) {
                       return place_in_table(a.change.key) < place_in_table(b.change.key);
                     });
  }
  return scenarios;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : write_json_line(value);
}

// "resnet18, load 1.5", and the other keys in which scenarios differ.
std::string name_of(const Scenario& scenario, const std::vector<Scenario>& all) {
  std::string name;
  for (const auto& [key, value] : scenario.config.items()) {
    const bool always = key == "task_set" || key == "load";
    const auto same = [&, wanted = key, here = value](const Scenario& other) {
      return other.config.contains(wanted) && other.config.at(wanted) == here;
    };
    if (!always && std::all_of(all.begin(), all.end(), same)) continue;
    if (value.is_null() && always) continue;
    if (!name.empty()) name += ", ";
    name += key == "task_set" ? text_of(value) : key + " " + text_of(value);
  }
  return name;
}

struct Metric {
  std::string name;
  bool more_is_better = false;
};

// In order of importance. A metric that the report lacks is left out.
std::vector<Metric> metrics_of(const Json& values) {
  std::vector<Metric> metrics = {
      {"level0_loss_rate"}, {"on_time_jobs_per_s", true}, {"level0_deadline_miss_rate"}};
  const std::string suffix = "_deadline_miss_rate";
  for (const auto& [name, unused] : values.items()) {
    const bool level = name.rfind("level", 0) == 0 && name.rfind("level0_", 0) != 0;
    if (level && name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix)
      metrics.push_back({name});
  }
  metrics.push_back({"level0_response_p99_ms"});
  const auto lacks = [&](const Metric& metric) { return !values.contains(metric.name); };
  metrics.erase(std::remove_if(metrics.begin(), metrics.end(), lacks), metrics.end());
  return metrics;
}

Verdict judge(const std::optional<Interval>& difference, bool more_is_better) {
  if (!difference || (difference->low <= 0 && difference->high >= 0)) return Verdict::kNoDifference;
  return (difference->low > 0) == more_is_better ? Verdict::kHelps : Verdict::kHurts;
}

struct Pairs {
  std::vector<double> base, variant;
};

MetricDifference compare(const Metric& metric, const Pairs& pairs) {
  MetricDifference result;
  result.metric = metric.name;
  if (pairs.base.empty()) return result;
  result.base = mean(pairs.base);
  result.variant = mean(pairs.variant);
  result.difference_95 = paired_difference(pairs.base, pairs.variant, kConfidenceLevel);
  result.verdict = judge(result.difference_95, metric.more_is_better);
  return result;
}

void judge(AblationRow& row) {
  for (const MetricDifference& metric : row.metrics) {
    row.verdict = metric.verdict;
    if (row.verdict != Verdict::kNoDifference) return;
  }
}

// Values of bases and of variants by replication, each the mean over the scenarios. A replication in which
// one of them has no value is left out.
Pairs pair_up(const std::string& metric, const std::vector<std::pair<const Json*, const Json*>>& scenarios) {
  Pairs pairs;
  const std::size_t replications = scenarios.front().first->at(metric).size();
  for (std::size_t replication = 0; replication < replications; ++replication) {
    double base = 0;
    double variant = 0;
    bool known = true;
    for (const auto& [base_values, variant_values] : scenarios) {
      const Json& before = base_values->at(metric).at(replication);
      const Json& after = variant_values->at(metric).at(replication);
      known = known && before.is_number() && after.is_number();
      if (!known) break;
      base += before.get<double>();
      variant += after.get<double>();
    }
    if (!known) continue;
    pairs.base.push_back(base / static_cast<double>(scenarios.size()));
    pairs.variant.push_back(variant / static_cast<double>(scenarios.size()));
  }
  return pairs;
}

AblationRow make_row(const std::string& scenario, const Change& change,
                     const std::vector<std::pair<const Json*, const Json*>>& compared) {
  AblationRow row{scenario, change.key, change.from, change.to, {}, Verdict::kNoDifference};
  for (const Metric& metric : metrics_of(*compared.front().first)) {
    const auto has_it = [&](const auto& pair) {
      return pair.first->contains(metric.name) && pair.second->contains(metric.name);
    };
    if (!std::all_of(compared.begin(), compared.end(), has_it)) continue;
    row.metrics.push_back(compare(metric, pair_up(metric.name, compared)));
  }
  judge(row);
  return row;
}

Status check_pairs(const std::vector<Scenario>& scenarios) {
  if (scenarios.empty()) {
    return Error{
        "the report has no point with all switches at their defaults beside one that differs in one switch"};
  }
  const std::string any = "throughput_jobs_per_s";
  const std::size_t replications = scenarios.front().base->at(any).size();
  for (const Scenario& scenario : scenarios) {
    for (const Variant& variant : scenario.variants) {
      if (scenario.base->at(any).size() == replications && variant.values->at(any).size() == replications)
        continue;
      return Error{fmt::format(
          "{}, {} = {}: its replications don't pair with the default's; both need the same number of them",
          name_of(scenario, scenarios), variant.change.key, variant.change.to)};
    }
  }
  return {};
}

// Appends a row for each change that more than one of the scenarios has: the mean over these scenarios.
void append_overall(std::vector<AblationRow>& rows, const std::string& name,
                    const std::vector<const Scenario*>& scenarios) {
  std::vector<std::pair<Change, std::vector<std::pair<const Json*, const Json*>>>> by_change;
  for (const Scenario* const scenario : scenarios) {
    for (const Variant& variant : scenario->variants) {
      auto known = std::find_if(by_change.begin(), by_change.end(),
                                [&](const auto& entry) { return entry.first == variant.change; });
      if (known == by_change.end()) known = by_change.insert(known, {variant.change, {}});
      known->second.emplace_back(scenario->base, variant.values);
    }
  }
  for (const auto& [change, compared] : by_change) {
    if (compared.size() > 1) rows.push_back(make_row(name, change, compared));
  }
}

// Policies are not averaged: equal changes are different ones under another policy.
void append_overall(std::vector<AblationRow>& rows, const std::vector<Scenario>& scenarios) {
  std::map<std::string, std::vector<const Scenario*>> by_policy;
  for (const Scenario& scenario : scenarios) {
    by_policy[scenario.config.at("policy").get<std::string>()].push_back(&scenario);
  }
  for (const auto& [policy, same] : by_policy) {
    append_overall(rows, by_policy.size() == 1 ? "all" : "all, policy " + policy, same);
  }
}

}  // namespace

Result<std::vector<AblationRow>> make_ablations(const Json& report) {
  const std::vector<Scenario> scenarios = find_scenarios(report);
  DARIS_TRY(check_pairs(scenarios));
  std::vector<AblationRow> rows;
  for (const Scenario& scenario : scenarios) {
    const std::string name = name_of(scenario, scenarios);
    for (const Variant& variant : scenario.variants) {
      rows.push_back(make_row(name, variant.change, {{scenario.base, variant.values}}));
    }
  }
  append_overall(rows, scenarios);
  return rows;
}

}  // namespace daris
