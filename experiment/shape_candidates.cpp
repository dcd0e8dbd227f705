#include "experiment/shape_candidates.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "experiment/latency_shapes.h"
#include "experiment/normalise.h"
#include "policy/registry.h"
#include "policy/switches.h"

namespace daris {
namespace {

constexpr Shape shape(std::uint32_t contexts, std::uint32_t streams, std::uint32_t oversubscription_milli) {
  return {.contexts = contexts, .streams = streams, .oversubscription_milli = oversubscription_milli};
}

// Which of them were kept is told in docs/scheduler.md, "Shape". Shapes of several contexts that share no SM
// are not among them: the simulator finds 15 x 1 at OS 1 far too fast.
constexpr std::array kShapes{shape(1, 1, 1000), shape(3, 1, 1500),  shape(4, 1, 1500),
                             shape(6, 1, 1500), shape(7, 1, 1500),  shape(8, 1, 1500),
                             shape(8, 1, 2000), shape(10, 1, 1500), shape(8, 2, 2000)};

constexpr std::uint32_t kContextsToReserve = 4;  // from so many on one is kept for level 0

SettledConfig with_shape(const SettledConfig& config, const Shape& shape) {
  SettledConfig shaped = config;
  shaped.contexts = shape.contexts;
  shaped.streams = shape.streams;
  shaped.oversubscription_milli = shape.oversubscription_milli;
  return shaped;
}

SettledConfig with_list(const SettledConfig& config, std::shared_ptr<const ContextList> list) {
  SettledConfig listed = with_shape(config, Shape());
  listed.contexts = list->contexts();
  listed.list = std::move(list);
  return listed;
}

bool obeys(const PolicyInfo& policy, std::string_view key) {
  return std::find(policy.switches.begin(), policy.switches.end(), key) != policy.switches.end();
}

constexpr std::array<std::string_view, 2> kShapeSwitches{"order", "reserve"};

}  // namespace

std::vector<std::pair<std::string, std::string>> shape_switches(const SettledConfig& candidate) {
  std::vector<std::pair<std::string, std::string>> switches;
  if (candidate.goal != ShapeGoal::kLatency) return switches;
  const PolicySwitches usual = default_switches(*find_policy(candidate.policy));
  for (const std::string_view key : kShapeSwitches) {
    std::string value = switch_value(candidate.switches, key);
    if (value != switch_value(usual, key)) switches.emplace_back(key, std::move(value));
  }
  return switches;
}

SettledConfig in_shape(const SettledConfig& config, const TriedShape& tried) {
  SettledConfig shaped =
      tried.list != nullptr ? with_list(config, tried.list) : with_shape(config, tried.shape);
  for (const auto& [key, value] : tried.switches) DARIS_CHECK(set_switch(shaped.switches, key, value).ok());
  return shaped;
}

std::vector<SettledConfig> latency_candidates(const SettledConfig& config, const MachineShape& machine,
                                              const std::vector<std::uint32_t>& levels) {
  const PolicyInfo& policy = *find_policy(config.policy);
  SettledConfig quick = config;
  if (obeys(policy, "order")) quick.switches.order = BatchOrder::kLevel;
  const std::vector<SettledConfig> equal = shape_candidates(quick);
  std::vector<SettledConfig> candidates = equal;
  if (!policy.keeps_levels || !config.switches.reserve.empty()) return candidates;
  for (const SettledConfig& shape : equal) {
    if (!obeys(policy, "reserve") || shape.contexts < kContextsToReserve || shape.streams > 1) continue;
    candidates.push_back(shape);
    candidates.back().switches.reserve = {1};
  }
  for (auto& list : latency_partitions(machine, config.backend, levels))
    candidates.push_back(with_list(quick, list));
  return candidates;
}

std::vector<SettledConfig> shape_candidates(const SettledConfig& config) {
  std::vector<SettledConfig> candidates;
  for (const Shape& shape : kShapes) {
    RunConfig written = as_written(with_shape(config, shape));
    written.automatic_shape = false;
    written.goal = ShapeGoal::kThroughput;
    const Result<SettledConfig> settled = normalise(written, World::kSimulated);
    if (!settled.ok()) continue;
    const SettledConfig candidate = with_shape(config, settled.value().shape());
    const auto is_it = [&](const SettledConfig& known) { return known.shape() == candidate.shape(); };
    if (std::none_of(candidates.begin(), candidates.end(), is_it)) candidates.push_back(candidate);
  }
  return candidates;
}

}  // namespace daris
