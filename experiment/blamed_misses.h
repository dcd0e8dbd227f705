// Finds why the jobs of a replication missed their deadlines, in either world (option `blame`).
#pragma once

#include <string>

#include "analysis/report/report.h"
#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "analysis/trace/run_timeline.h"
#include "drive/observer.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

class Policy;

// Keeps the whole replication in memory. One owner, one replication.
class BlamedMisses {
 public:
  // As make_log_header().
  BlamedMisses(const std::string& kind, const PointDescription& point, const Workload& workload,
               const PolicySetup& setup, const Policy& policy);

  [[nodiscard]] Observer& observer() { return recorder_; }
  // Sets Tally::miss_causes of each group. REQUIRES: the run is over, and `results` are its own.
  void add_to(RunResults& results, const RunDescription& run) &&;

 private:
  TimelineRecorder recorder_;
};

}  // namespace daris
