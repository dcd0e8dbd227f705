// Counts what a run shows. Each report comes from this observer.
#pragma once

#include <functional>
#include <memory>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "base/time.h"
#include "drive/observer.h"

namespace daris {

// A counted job that completed.
struct CompletedJob {
  Time nominal_release;
  Time completed;
  Duration relative_deadline;
};

// Watches one run of one replication; then it is spent. It works for any policy in either world.
//
// It counts as docs/formats.md says, "Counting". Jobs are counted if their nominal release lies in the
// window; throughput and stages are counted by completion inside the window. A completion exactly at the
// deadline is in time. A job is complete at the step that brings the StageFinished of its last stage. A job
// that is unfinished at the end is missed if its deadline has come. A job that completes late is asked about
// the host's gaps, if the run has any (analysis/report/recent_gaps.h).
//
// Cost: a stage's completion takes some tens of nanoseconds and allocates nothing. The job table of a task
// grows if more of its jobs are in the system than ever before.
class MetricsCollector final : public Observer {
 public:
  // `completed`, if it is set, is told of each counted job, in the order of completion.
  explicit MetricsCollector(const RunDescription& description,
                            std::function<void(const CompletedJob&)> completed = nullptr);
  ~MetricsCollector() override;
  MetricsCollector(const MetricsCollector&) = delete;
  MetricsCollector& operator=(const MetricsCollector&) = delete;

  void on_step(const Step& step) override;
  void on_end(Time end) override;

  // REQUIRES: on_end() was called.
  [[nodiscard]] const RunResults& results() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace daris
