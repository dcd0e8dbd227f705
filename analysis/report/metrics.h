// Counts what a run shows: the observer behind every report.
#pragma once

#include <memory>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "drive/observer.h"

namespace daris {

// One run of one replication; then it is spent. Works for any policy in any world.
//
// Counting is scheduler.md's: counts and response times of the jobs whose nominal release lies in the window;
// throughput and stages by completion inside it; a completion exactly at the deadline is in time. A job is
// complete at the step that brings the StageFinished of its last stage. Of what is unfinished at the end, a
// job whose deadline has come is missed.
//
// Cost: a stage completion takes some tens of nanoseconds and allocates nothing; a task's job table grows
// where more of its jobs are in the system than ever before.
class MetricsCollector final : public Observer {
 public:
  explicit MetricsCollector(const RunDescription& description);
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
