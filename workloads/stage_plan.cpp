#include "workloads/stage_plan.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "base/nearest_name.h"

namespace daris {
namespace {

std::string quoted(std::string_view text) { return std::string("\"").append(text).append("\""); }

std::size_t unit_index(const ModelInfo& model, std::string_view unit) {
  return static_cast<std::size_t>(std::find(model.units.begin(), model.units.end(), unit) -
                                  model.units.begin());
}

// The units [first, end) as one stage.
PlannedStage stage_of(const ModelInfo& model, std::string name, std::size_t first, std::size_t end) {
  PlannedStage stage{std::move(name), {}};
  for (std::size_t unit = first; unit < end; ++unit) stage.units.emplace_back(model.units[unit]);
  return stage;
}

std::string name_of_units(const ModelInfo& model, std::size_t first, std::size_t end) {
  const std::string name(model.units[first]);
  return end == first + 1 ? name : name + ".." + std::string(model.units[end - 1]);
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    parts.push_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

}  // namespace

StagePlan default_stage_plan(const ModelInfo& model) {
  StagePlan plan;
  for (std::size_t stage = 0; stage < model.default_stages.size(); ++stage) {
    const bool last = stage + 1 == model.default_stages.size();
    const std::size_t end =
        last ? model.units.size() : unit_index(model, model.default_stages[stage + 1].first_unit);
    const CatalogStage& listed = model.default_stages[stage];
    plan.push_back(stage_of(model, std::string(listed.name), unit_index(model, listed.first_unit), end));
  }
  return plan;
}

StagePlan whole_stage_plan(const ModelInfo& model) {
  return {stage_of(model, "whole", 0, model.units.size())};
}

Result<StagePlan> parse_stage_plan(const ModelInfo& model, std::string_view boundaries) {
  if (boundaries.empty()) return whole_stage_plan(model);
  const std::string place = "stages of " + std::string(model.name) + ": ";
  StagePlan plan;
  std::size_t first = 0;
  const auto close_stage = [&](std::size_t end) {
    plan.push_back(stage_of(model, name_of_units(model, first, end), first, end));
    first = end;
  };
  for (const std::string_view boundary : split_at_commas(boundaries)) {
    const std::size_t unit = unit_index(model, boundary);
    if (unit == model.units.size()) {
      return Error{place + "no unit " + quoted(boundary) + ": " + did_you_mean(boundary, model.units)};
    }
    if (unit <= first) {
      return Error{place + "boundary " + quoted(boundary) + " must come after unit " +
                   quoted(model.units[first])};
    }
    close_stage(unit);
  }
  close_stage(model.units.size());
  return plan;
}

Status check_stage_plan(const ModelInfo& model, const StagePlan& plan) {
  const std::string place = "stages of " + std::string(model.name) + ": ";
  std::set<std::string_view> names;
  std::size_t next = 0;
  for (const PlannedStage& stage : plan) {
    if (stage.name.empty() || !names.insert(stage.name).second) {
      return Error{place + "stage name " + quoted(stage.name) + " must be neither empty nor used twice"};
    }
    if (stage.units.empty())
      return Error{place + "stage " + quoted(stage.name) + " must have at least one unit"};
    for (const std::string& unit : stage.units) {
      if (next == model.units.size() || unit != model.units[next]) {
        const std::string right = next == model.units.size() ? "no unit" : quoted(model.units[next]);
        return Error{place + "stage " + quoted(stage.name) + " has unit " + quoted(unit) + " where " + right +
                     " must come"};
      }
      ++next;
    }
  }
  if (next == model.units.size()) return {};
  return Error{place + "unit " + quoted(model.units[next]) + " and those after it must belong to a stage"};
}

}  // namespace daris
