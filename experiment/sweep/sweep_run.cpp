#include "experiment/sweep/sweep_run.h"

#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "analysis/report/checked_report.h"
#include "analysis/report/report.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "experiment/config_json.h"

namespace daris {
namespace {

// `Config` is a RunConfig or a SettledConfig.
template <typename Config>
Error of_configuration(const Error& error, const Config& config) {
  return error.with(" (configuration " + write_json_line(config_to_json(config)) + ")");
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
    if (!point.ok()) return of_configuration(point.error(), config);
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
    if (folder.has_point(points[i].id)) continue;
    const Status status = runner.check(points[i]);
    if (!status.ok()) return of_configuration(status.error(), points[i].config);
    missing.push_back(points[i]);
  }
  return missing;
}

SweepOutcome run_points(const std::vector<Point>& points, std::size_t threads, const SweepFolder& folder,
                        PointRunner& runner, Progress& progress, const std::function<bool()>& stopped) {
  SweepOutcome outcome;
  std::mutex mutex;
  const auto keep = [&](std::size_t i, Json point) -> Status {
    const Json report = make_report(runner.kind(), runner.provenance(points[i]), {std::move(point)});
    check_report(report);
    DARIS_TRY(folder.write_point(points[i].id, report));
    const std::lock_guard lock(mutex);
    ++outcome.finished_now;
    outcome.warnings.add(report["points"][0]);
    progress.advance();
    return {};
  };
  const Status status = runner.run_all(points, threads, stopped, keep);
  if (!status.ok()) outcome.failure = status.error();
  return outcome;
}

}  // namespace daris
