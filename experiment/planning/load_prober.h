// Runs a task set at one load after another, and judges each run by the objectives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "base/result.h"
#include "experiment/planning/load_axis.h"
#include "experiment/planning/objectives.h"
#include "experiment/point_run.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"
#include "profiles/shape.h"

namespace daris {

// One load that was run. The point keeps its configuration and results.
struct CapacityTrial {
  ReachedLoad reached;
  std::optional<Shape> shape;  // nullopt: a file lists its contexts
  std::uint32_t replications = 1;
  Verdict verdict;
  Json point;
};

// Is told what a search is at.
using CapacityProgress = std::function<void(const std::string& what)>;

// Runs a point that was settled and checked.
using RunPoint = std::function<Result<PointRun>(const Point& point)>;

// Runs equal sets of tasks once. If the shape is left open, each load takes the shape in which a load before
// passed; if it fails there, the search of shapes chooses anew.
class LoadProber {
 public:
  // `runner` settles and checks points, and is not owned; `run` runs them. `world` begins each line of
  // progress, and may be empty.
  LoadProber(Objectives objectives, PointRunner& runner, RunPoint run, CapacityProgress progress,
             std::string world = "")
      : objectives_(std::move(objectives)),
        runner_(runner),
        run_(std::move(run)),
        progress_(std::move(progress)),
        world_(std::move(world)) {}

  // The first trial. REQUIRES: nothing was run yet.
  [[nodiscard]] Status run_as_written(const RunConfig& config);
  // Sets how loads become configurations. `scale` must outlive this.
  void use(const LoadScale& scale) { scale_ = &scale; }
  // The set as written, which was run, counts as this load. REQUIRES: use(), run_as_written().
  [[nodiscard]] Status know_written_load(double load);

  // The index of the trial of that load, which is run if it was not yet. REQUIRES: use(). Errors: those of
  // the runner; an interrupt. The trials so far stay.
  [[nodiscard]] Result<std::size_t> trial_of(double load, std::uint32_t replications);
  [[nodiscard]] Result<bool> holds(double load, std::uint32_t replications);
  // The trial that failed at that load, whichever number of replications it had. REQUIRES: one did.
  [[nodiscard]] Result<std::size_t> failed_trial_of(double load, std::uint32_t replications) const;

  [[nodiscard]] const std::vector<CapacityTrial>& trials() const { return trials_; }
  [[nodiscard]] std::vector<CapacityTrial> take() { return std::move(trials_); }
  // Of the last run.
  [[nodiscard]] const Provenance& provenance() const { return provenance_; }

 private:
  [[nodiscard]] Result<CapacityTrial> run_in_some_shape(const RunConfig& config, std::uint32_t replications);
  [[nodiscard]] Result<CapacityTrial> run(RunConfig config, std::uint32_t replications);

  Objectives objectives_;
  PointRunner& runner_;
  RunPoint run_;
  CapacityProgress progress_;
  std::string world_;
  const LoadScale* scale_ = nullptr;
  std::optional<Shape> shape_;
  std::vector<CapacityTrial> trials_;
  std::map<std::string, std::size_t> known_;  // by tasks and replications
  Provenance provenance_;
};

}  // namespace daris
