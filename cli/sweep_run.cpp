#include "cli/sweep_run.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "analysis/report.h"
#include "cli/checked_report.h"
#include "cli/config_json.h"
#include "cli/parallel.h"
#include "workloads/json/write.h"

namespace daris {
namespace {

std::string describe(const RunConfig& config) { return "configuration " + write_json_line(config_to_json(config)); }

// What the threads of a run share.
struct Shared {
  std::mutex mutex;
  std::atomic<bool> failed{false};
  SweepOutcome outcome;

  void fail(const std::string& message) {
    const std::lock_guard lock(mutex);
    if (!outcome.failure) outcome.failure = message;
    failed = true;
  }
  void finish() {
    const std::lock_guard lock(mutex);
    ++outcome.finished_now;
  }
};

}  // namespace

Result<std::vector<Point>> settle_sweep(const Sweep& sweep, PointRunner& runner) {
  std::vector<Point> points;
  std::set<std::string> ids;
  for (const RunConfig& config : sweep.configs) {
    Result<Point> point = runner.settle(config);
    if (!point.ok()) return Error{point.error().message + " (" + describe(config) + ")"};
    if (ids.insert(point.value().id).second) points.push_back(std::move(point).value());
  }
  return points;
}

Result<std::vector<Point>> points_to_run(const std::vector<Point>& points, Shard shard, const SweepFolder& folder,
                                         PointRunner& runner) {
  std::vector<Point> missing;
  for (std::size_t i = shard.index; i < points.size(); i += shard.count) {
    if (folder.has_point(points[i].id)) continue;
    const Status status = runner.check(points[i]);
    if (!status.ok()) return Error{status.error().message + " (" + describe(points[i].config) + ")"};
    missing.push_back(points[i]);
  }
  return missing;
}

SweepOutcome run_points(const std::vector<Point>& points, std::size_t threads, const SweepFolder& folder,
                        const PointRunner& runner, Progress& progress, const std::function<bool()>& stopped) {
  Shared shared;
  const std::size_t side_by_side =
      runner.runs_side_by_side() ? std::max<std::size_t>(std::min(threads, points.size()), 1) : 1;
  const std::size_t threads_each = std::max<std::size_t>(threads / side_by_side, 1);
  const auto stop = [&] { return shared.failed || stopped(); };
  const auto work = [&](std::size_t i) {
    Result<std::optional<Json>> result = runner.run(points[i], threads_each, stop);
    if (!result.ok()) return shared.fail(result.error().message);
    if (!result.value()) return;  // stopped on the way
    if (const std::optional<std::string> fault = runner.fault()) return shared.fail(*fault);
    if (is_cut_short(*result.value(), points[i].config)) return;
    const Json report = make_report(runner.kind(), runner.provenance(points[i]), {*std::move(result).value()});
    check_report(report);
    const Status written = folder.write_point(points[i].id, report);
    if (!written.ok()) return shared.fail(written.error().message);
    shared.finish();
    progress.advance();
  };
  for_each_index(points.size(), side_by_side, work, stop);
  return shared.outcome;
}

}  // namespace daris
