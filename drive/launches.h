// Tells every driver of a policy what it must know of a launch beyond the decision.
#pragma once

#include <cstddef>

#include "base/time.h"
#include "policy/setup.h"

namespace daris {

class Policy;
struct LaunchStage;

// The largest number of jobs that one launch may hold.
[[nodiscard]] std::size_t jobs_of_launch_max(const PolicySetup& setup);

// Tells whether the launch's jobs are complete when it ends.
[[nodiscard]] bool ends_jobs(const LaunchStage& launch, const PolicySetup& setup);

// Holds the time that the policy expected of a launch, and the estimate with which the run began.
struct LaunchEstimates {
  Duration mret;
  Duration afet;
};
// A batch has the estimate of its size, if the policy learns one, or if the size is not the task's own. That
// of the set-up never changes. REQUIRES: the size is the task's own, or one of its batch group.
[[nodiscard]] LaunchEstimates estimates_of(const LaunchStage& launch, const Policy& policy,
                                           const PolicySetup& setup);

}  // namespace daris
