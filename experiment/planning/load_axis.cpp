#include "experiment/planning/load_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json/json.h"
#include "base/named_value.h"
#include "base/nearest_name.h"
#include "workloads/scaling.h"

namespace daris {
namespace {

constexpr double kLoadLeast = 0.001;
constexpr double kLoadMost = 64;      // of so many GPUs nobody admits a part
constexpr double kSingleTask = 1e-6;  // so narrow that tasks decide, and equal tasks are not run again
constexpr NameTable<LoadAxis, 3> kAxisNames = {
    {{"load", LoadAxis::kLoad}, {"rate", LoadAxis::kRate}, {"tasks", LoadAxis::kTasks}}};

// Groups that a priority mix leaves out have no load in the report, and theirs is not read.
double capacity_of(const TaskGroup& group, const Json& written) {
  for (const Json& load : written.at("loads")) {
    if (load.at("task") == group.name) return load.at("saturation_jobs_per_s").get<double>();
  }
  return 1;
}

}  // namespace

std::string_view to_text(LoadAxis axis) { return name_in(kAxisNames, axis); }

Result<LoadAxis> parse_load_axis(std::string_view text) {
  for (const auto& row : kAxisNames)
    if (row.name == text) return row.value;
  return Error{fmt::format("\"{}\" is no axis; load, rate or tasks is needed", text)};
}

LoadScale::LoadScale(LoadAxis axis, RunConfig config, TaskSet set, const Json& written)
    : axis_(axis),
      config_(std::move(config)),
      set_(std::move(set)),
      written_load_(written.at("load_reached").get<double>()) {
  for (const TaskGroup& group : set_.groups) capacities_.push_back(capacity_of(group, written));
  if (axis_ == LoadAxis::kRate) config_.scaling.load_by = LoadBy::kRate;
  if (axis_ == LoadAxis::kTasks) config_.scaling.load_by = LoadBy::kCount;
}

LoadRange LoadScale::range(double tolerance) const {
  LoadRange range;
  range.start = std::clamp(written_load_, kLoadLeast, kLoadMost);
  range.tolerance = axis_ == LoadAxis::kTasks ? kSingleTask : tolerance;
  range.least = std::min(kLoadLeast, range.start);
  range.most = kLoadMost;
  // A set has a limit of tasks, and of how short or long periods are.
  while (range.most > range.start && !reached(range.most).ok())
    range.most = std::max(range.most * 0.9, range.start);
  while (range.least < range.start && !reached(range.least).ok())
    range.least = std::min(range.least * 2, range.start);
  return range;
}

RunConfig LoadScale::at(double load) const {
  RunConfig config = config_;
  config.scaling.load = load;
  return config;
}

Result<ReachedLoad> LoadScale::reached(double load) const {
  DARIS_TRY_ASSIGN(const ScaledTaskSet scaled, scale(set_, at(load).scaling, capacities_));
  ReachedLoad reached;
  reached.load = scaled.demand_load;
  for (const TaskGroup& group : scaled.set.groups) {
    reached.tasks += group.count;
    reached.tasks_of_set += fmt::format("{} {};", group.count, group.period.ns());
  }
  switch (axis_) {
    case LoadAxis::kLoad: reached.value = reached.load; break;
    case LoadAxis::kRate: reached.value = reached.load / written_load_; break;
    case LoadAxis::kTasks: reached.value = static_cast<double>(reached.tasks); break;
  }
  return reached;
}

}  // namespace daris
