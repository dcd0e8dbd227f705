#include "experiment/sweep/sweep_run.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "analysis/report/checked_report.h"
#include "analysis/report/report.h"
#include "base/check.h"
#include "base/json/json.h"
#include "experiment/config_json.h"
#include "experiment/sweep/id_set.h"
#include "experiment/sweep/point_label.h"

namespace daris {
namespace {

constexpr std::size_t kLeftAtMost = 1'000;  // that tell how long all of them take

PointLabels::ConfigOf configs_of(const Sweep& sweep) {
  return [&sweep](std::size_t i) -> Json {
    const Result<RunConfig> config = sweep.config(i);
    return config.ok() ? config_to_json(config.value()) : Json::object();
  };
}

// In brackets, for the end of a message.
std::string label_of(std::size_t index, const Sweep& sweep) {
  const PointLabels::ConfigOf config_of = configs_of(sweep);
  return " (" + PointLabels(sweep.size, config_of).of(index) + ")";
}

// With a precision there may be more than the configuration says.
std::uint32_t replications_of(const Json& point) {
  return point.at("confidence").at("replications").get<std::uint32_t>();
}

std::string list_of(const std::vector<std::string>& machines) {
  std::string text;
  for (const std::string& machine : machines) text += (text.empty() ? "\"" : " and \"") + machine + "\"";
  return text.empty() ? "no machine (simulated)" : text;
}

Result<Point> settle(const Sweep& sweep, std::size_t config, PointRunner& runner) {
  DARIS_TRY_ASSIGN(const RunConfig written, sweep.config(config));
  Result<Point> point = runner.settle(written);
  const bool whatever_the_point = !point.ok() && point.error().kind == ErrorKind::kEnvironment;
  return point.ok() || whatever_the_point ? point : point.error().with(label_of(config, sweep));
}

// Runs blocks of points one after the other.
class BlockRun {
 public:
  BlockRun(const Sweep& sweep, const PlannedSweep& planned, std::size_t threads, const SweepFolder& folder,
           PointRunner& runner, Progress& progress, const SweepEnd& end)
      : sweep_(sweep),
        planned_(planned),
        threads_(threads),
        folder_(folder),
        runner_(runner),
        progress_(progress),
        end_(end),
        config_of_(configs_of(sweep)),
        ended_(planned.to_run.size()) {}

  SweepOutcome run() {
    if (end_.budget != nullptr)
      runner_.may_begin = [this](const Point& point) { return end_.budget->admits(point); };
    Status status;
    const std::size_t count = planned_.to_run.size();
    for (begin_ = 0; begin_ < count && status.ok() && !is_over(); begin_ += kPointsAtOnce) {
      block_ = settled(begin_, std::min(begin_ + kPointsAtOnce, count));
      status = runner_.run_all(
          block_, threads_, end_.stopped,
          [this](std::size_t i, Json point) { return keep(i, std::move(point)); },
          [this](std::size_t i, const Error& reason) { note_failure(i, reason); });
    }
    runner_.may_begin = nullptr;
    if (end_.budget != nullptr) note_left();
    for (auto& [index, failure] : failed_) {
      const Status noted = folder_.write_failure(failure);
      if (!noted.ok() && status.ok()) status = noted;
      outcome_.failed.push_back(std::move(failure));
    }
    if (const Status kept = folder_.finish_points(); !kept.ok() && status.ok()) status = kept;
    if (!status.ok()) outcome_.failure = status.error();
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] bool is_over() const {
    return end_.stopped() || (end_.budget != nullptr && end_.budget->used_up());
  }

  std::vector<Point> settled(std::size_t begin, std::size_t end) {
    const std::vector<std::uint32_t> block(planned_.to_run.begin() + static_cast<std::ptrdiff_t>(begin),
                                           planned_.to_run.begin() + static_cast<std::ptrdiff_t>(end));
    return settle_some(sweep_, planned_, block, block.size(), runner_);
  }

  Status keep(std::size_t i, Json point) {
    const Json report = make_report(runner_.kind(), runner_.provenance(block_[i]), {std::move(point)});
    check_report(report);
    const Status written = folder_.write_point(block_[i].id, report);
    const std::lock_guard lock(mutex_);
    if (!written.ok()) outcome_.astray.push_back(written.error().message);
    DARIS_TRY(written);
    if (end_.budget != nullptr) end_.budget->finished(block_[i], replications_of(report["points"][0]));
    ended_[begin_ + i] = true;
    ++outcome_.finished_now;
    outcome_.warnings.add(report["points"][0]);
    progress_.advance();
    return {};
  }

  void note_failure(std::size_t i, const Error& reason) {
    const std::lock_guard lock(mutex_);
    if (!labels_) labels_.emplace(sweep_.size, config_of_);
    const std::size_t config = planned_.points[planned_.to_run[begin_ + i]].config;
    failed_[begin_ + i] = {block_[i].id, labels_->of(config), reason.message};
    ended_[begin_ + i] = true;
  }

  void note_left() {
    std::vector<std::uint32_t> left;
    for (std::size_t i = 0; i < ended_.size(); ++i)
      if (!ended_[i]) left.push_back(planned_.to_run[i]);
    outcome_.left = {left.size(), settle_some(sweep_, planned_, left, kLeftAtMost, runner_)};
  }

  const Sweep& sweep_;
  const PlannedSweep& planned_;
  const std::size_t threads_;
  const SweepFolder& folder_;
  PointRunner& runner_;
  Progress& progress_;
  const SweepEnd& end_;
  const PointLabels::ConfigOf config_of_;
  std::optional<PointLabels> labels_;  // made if it is needed
  std::size_t begin_ = 0;              // of the block, as an index into to_run
  std::vector<Point> block_;
  std::mutex mutex_;
  std::vector<bool> ended_;  // by index into to_run: finished, or could not be run
  std::map<std::size_t, PointFailure> failed_;
  SweepOutcome outcome_;
};

}  // namespace

Result<PlannedSweep> settle_sweep(const Sweep& sweep, Shard shard, const FinishedPoints& finished,
                                  PointRunner& runner, const std::function<bool()>& stopped) {
  PlannedSweep planned;
  planned.points.reserve(sweep.size);
  planned.to_run.reserve(sweep.size / shard.count + 1);
  IdSet known;
  std::set<std::string> machines;
  for (std::size_t i = 0; i < sweep.size && !stopped(); ++i) {
    DARIS_TRY_ASSIGN(const Point point, settle(sweep, i, runner));
    const std::uint64_t id = id_number(point.id).value();
    if (!known.insert(id)) continue;
    const std::size_t place = planned.points.size();
    planned.points.push_back({id, static_cast<std::uint32_t>(i)});
    if (const std::string machine = runner.machine(point); !machine.empty()) machines.insert(machine);
    if (place % shard.count != shard.index || finished.has(id)) continue;
    if (const Status status = runner.check(point); !status.ok())
      return status.error().with(label_of(i, sweep));
    planned.to_run.push_back(static_cast<std::uint32_t>(place));
  }
  planned.machines.assign(machines.begin(), machines.end());
  return planned;
}

Result<SweepPlan> plan_sweep(const std::string& name, const PlannedSweep& planned,
                             const SweepFolder& folder) {
  SweepPlan plan{name, {}, planned.machines};
  plan.ids.reserve(planned.points.size());
  for (const PlannedPoint& point : planned.points) plan.ids.push_back(point.id);
  if (!folder.has_plan()) return plan;
  DARIS_TRY_ASSIGN(const SweepPlan begun, folder.read_plan());
  if (begun.machines == plan.machines) return plan;
  return Error{"was begun on " + list_of(begun.machines) + ", and this is " + list_of(plan.machines) +
               "; results of different machines don't belong together: give another folder with -o"};
}

std::vector<Point> settle_some(const Sweep& sweep, const PlannedSweep& planned,
                               const std::vector<std::uint32_t>& indices, std::size_t most,
                               PointRunner& runner) {
  const std::size_t count = std::min(most, indices.size());
  std::vector<Point> points;
  points.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const PlannedPoint& chosen = planned.points[indices[i * indices.size() / count]];
    Result<Point> point = settle(sweep, chosen.config, runner);
    DARIS_CHECK(point.ok() && id_number(point.value().id) == chosen.id);  // files are read once
    points.push_back(std::move(point).value());
  }
  return points;
}

SweepOutcome run_points(const Sweep& sweep, const PlannedSweep& planned, std::size_t threads,
                        const SweepFolder& folder, PointRunner& runner, Progress& progress,
                        const SweepEnd& end) {
  return BlockRun(sweep, planned, threads, folder, runner, progress, end).run();
}

}  // namespace daris
