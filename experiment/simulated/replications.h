// The replications of one simulated point: as many as it asks for, or until its figures are precise enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/precision.h"
#include "analysis/report/run_results.h"
#include "base/result.h"
#include "experiment/release_log.h"
#include "experiment/scenario.h"

namespace daris {

// What the configuration asks for; nullopt if it gives the number of replications.
[[nodiscard]] std::optional<PrecisionGoal> goal_of(const SettledConfig& config);

// Errors: the goal names a figure that the run does not have.
[[nodiscard]] Status check_goal(const PrecisionGoal& goal, const RunDescription& run);

class Replications {
 public:
  // The event log of the first replication goes to `log_file`, if that is not empty. REQUIRES: all arguments
  // outlive this; `log` may be null.
  Replications(const Scenario& scenario, const ReleaseLog* log, const std::string& log_file,
               const std::function<bool()>& stopped)
      : scenario_(scenario), log_(log), log_file_(log_file), stopped_(stopped) {}

  // Runs them, `at_once` side by side. With a precision they come in rounds, which don't depend on `at_once`.
  void run_all(std::size_t at_once);
  // Runs the first one alone.
  void run_first();

  // The first error, if any.
  [[nodiscard]] std::optional<Error> error() const;
  // The event log could not be written. The results stand all the same.
  [[nodiscard]] const std::optional<Error>& log_failure() const { return log_failure_; }
  // How many there were to be.
  [[nodiscard]] std::uint32_t wanted() const { return wanted_; }
  [[nodiscard]] const std::optional<PrecisionReached>& precision() const { return precision_; }
  // Those that came to their end, in their order.
  [[nodiscard]] std::vector<RunResults> take();

 private:
  void run_from(std::uint32_t first, std::size_t at_once);
  void run(std::uint32_t number);
  Status try_run(std::uint32_t number);

  const Scenario& scenario_;
  const ReleaseLog* log_;
  const std::string& log_file_;
  const std::function<bool()>& stopped_;
  std::uint32_t wanted_ = 0;
  std::optional<PrecisionReached> precision_;
  std::optional<Error> log_failure_;  // only the first replication's thread writes it
  std::vector<std::optional<RunResults>> results_;
  std::vector<std::optional<Error>> errors_;
};

}  // namespace daris
