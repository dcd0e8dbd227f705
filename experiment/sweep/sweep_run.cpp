#include "experiment/sweep/sweep_run.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "analysis/report/checked_report.h"
#include "analysis/report/report.h"
#include "base/json/json.h"
#include "experiment/config_json.h"
#include "experiment/sweep/point_label.h"

namespace daris {
namespace {

// In brackets, for the end of a message.
std::string label_of(std::size_t index, std::size_t count, const PointLabels::ConfigOf& config_of) {
  return " (" + PointLabels(count, config_of).of(index) + ")";
}

std::string list_of(const std::vector<std::string>& machines) {
  std::string text;
  for (const std::string& machine : machines) text += (text.empty() ? "\"" : " and \"") + machine + "\"";
  return text.empty() ? "no machine (simulated)" : text;
}

}  // namespace

Result<std::vector<Point>> settle_sweep(const Sweep& sweep, PointRunner& runner,
                                        const std::function<bool()>& stopped) {
  std::vector<Point> points;
  std::set<std::string> ids;
  for (const RunConfig& config : sweep.configs) {
    if (stopped()) break;
    Result<Point> point = runner.settle(config);
    if (!point.ok() && point.error().kind == ErrorKind::kEnvironment)
      return point.error();  // whatever the point
    if (!point.ok()) {
      const auto index = static_cast<std::size_t>(&config - sweep.configs.data());
      return point.error().with(label_of(index, sweep.configs.size(),
                                         [&](std::size_t i) { return config_to_json(sweep.configs[i]); }));
    }
    if (ids.insert(point.value().id).second) points.push_back(std::move(point).value());
  }
  return points;
}

Result<SweepPlan> plan_sweep(const std::string& name, const std::vector<Point>& points,
                             const SweepFolder& folder, const PointRunner& runner) {
  SweepPlan plan;
  plan.name = name;
  std::set<std::string> machines;
  for (const Point& point : points) {
    plan.ids.push_back(point.id);
    if (const std::string machine = runner.machine(point); !machine.empty()) machines.insert(machine);
  }
  plan.machines.assign(machines.begin(), machines.end());
  if (!folder.has_plan()) return plan;
  DARIS_TRY_ASSIGN(const SweepPlan begun, folder.read_plan());
  if (begun.machines == plan.machines) return plan;
  return Error{"was begun on " + list_of(begun.machines) + ", and this is " + list_of(plan.machines) +
               "; results of different machines don't belong together: give another folder with -o"};
}

Result<std::vector<Point>> points_to_run(const std::vector<Point>& points, Shard shard,
                                         const SweepFolder& folder, PointRunner& runner,
                                         const std::function<bool()>& stopped) {
  std::vector<Point> missing;
  for (std::size_t i = shard.index; i < points.size() && !stopped(); i += shard.count) {
    if (folder.has_whole_point(points[i].id)) continue;
    const Status status = runner.check(points[i]);
    if (!status.ok()) {
      return status.error().with(label_of(
          i, points.size(), [&](std::size_t other) { return config_to_json(points[other].config); }));
    }
    missing.push_back(points[i]);
  }
  return missing;
}

SweepOutcome run_points(const std::vector<Point>& points, std::size_t threads, const SweepFolder& folder,
                        PointRunner& runner, Progress& progress, const SweepEnd& end) {
  SweepOutcome outcome;
  std::mutex mutex;
  std::vector<bool> finished(points.size());
  if (end.budget != nullptr) runner.may_begin = [&](const Point& point) { return end.budget->admits(point); };
  const auto keep = [&](std::size_t i, Json point) -> Status {
    const Json report = make_report(runner.kind(), runner.provenance(points[i]), {std::move(point)});
    check_report(report);
    const Status written = folder.write_point(points[i].id, report);
    const std::lock_guard lock(mutex);
    if (!written.ok()) outcome.astray.push_back(written.error().message);
    DARIS_TRY(written);
    if (end.budget != nullptr) end.budget->finished(points[i]);
    finished[i] = true;
    ++outcome.finished_now;
    outcome.warnings.add(report["points"][0]);
    progress.advance();
    return {};
  };
  std::map<std::size_t, PointFailure> failed;
  std::optional<PointLabels> labels;  // made if it is needed
  const PointLabels::ConfigOf config_of = [&](std::size_t i) { return config_to_json(points[i].config); };
  const auto note_failure = [&](std::size_t i, const Error& reason) {
    const std::lock_guard lock(mutex);
    if (!labels) labels.emplace(points.size(), config_of);
    failed[i] = {points[i].id, labels->of(i), reason.message};
  };
  Status status = runner.run_all(points, threads, end.stopped, keep, note_failure);
  runner.may_begin = nullptr;
  for (std::size_t i = 0; i < points.size() && end.budget != nullptr; ++i)
    if (!finished[i] && !failed.contains(i)) outcome.left.push_back(points[i]);
  for (auto& [index, failure] : failed) {
    const Status noted = folder.write_failure(failure);
    if (!noted.ok() && status.ok()) status = noted;
    outcome.failed.push_back(std::move(failure));
  }
  if (!status.ok()) outcome.failure = status.error();
  return outcome;
}

}  // namespace daris
