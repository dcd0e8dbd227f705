// Disturbances that an experiment puts into a run, of either world: what `--inject FILE` names
// (docs/formats.md, "Injection").
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "policy/ids.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// What the policy is told of the models' times is wrong by a factor.
struct WrongEstimates {
  double factor = 1;
  std::vector<std::string> models;  // empty: all
};

// `context` is gone at `at`, with what runs in it.
struct ContextLoss {
  Time at;
  ContextId context;
};

// Stages that are launched in [from, until) take `factor` times as long as they take alone.
struct Slowdown {
  Time from;
  Time until;
  double factor = 1;
  std::optional<ContextId> context;  // nullopt: all
};

// The policy is told late of releases with nominal instants in [from, until).
struct LateReleases {
  Time from;
  Time until;
  std::optional<Duration> by;  // nullopt: it is told at `until`
};

// Several slowdowns of one instant multiply, as do several wrong estimates of one model.
struct Injection {
  std::string name;  // of the file, for messages
  std::vector<WrongEstimates> estimates;
  std::vector<ContextLoss> losses;  // by instant, then by context
  std::vector<Slowdown> slowdowns;
  std::vector<LateReleases> late_releases;
};

// Errors: it names a context or a model that the run does not have.
[[nodiscard]] Status check_injection(const Injection& injection, std::uint32_t contexts, const TaskSet& set);

// What is left of it if disturbances that begin at `end` or later are taken out.
[[nodiscard]] Injection before(const Injection& injection, Time end);

// Makes the estimates of `setup` wrong: those of stages, and the times of batches. They are rounded half up
// to a nanosecond, and stay in the range that a policy takes. REQUIRES: `setup` was made from `workload`.
void misstate_estimates(const Injection& injection, const Workload& workload, PolicySetup& setup);

// By how much a stage that is launched now takes longer; 1 if nothing slows it down.
[[nodiscard]] double slowdown_factor(std::span<const Slowdown> slowdowns, Time now, ContextId context);

}  // namespace daris
