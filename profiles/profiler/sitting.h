// One sitting of measuring: works off a plan until it is done, the budget is spent or someone interrupts.
// Knows no GPU.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/host/exit_code.h"
#include "profiles/profile.h"
#include "profiles/profiler/estimate.h"
#include "profiles/profiler/work_unit.h"

namespace daris {

enum class OutcomeKind {
  kMeasured,
  kFailed,       // this unit only
  kUnavailable,  // this measurement can't be made by this backend on this machine
  kInterrupted,
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kFailed;
  Profile part;         // where measured
  std::string message;  // where not
};

// Measures one unit: worker processes, or a test's stand-in.
class UnitRunner {
 public:
  virtual ~UnitRunner() = default;
  [[nodiscard]] virtual Outcome run(const WorkUnit& unit) = 0;
};

struct SittingRules {
  std::uint32_t samples = 20;
  std::uint32_t machine_sms = 132;
  std::optional<double> budget_s;
  double reserve_s = 5;  // kept of the budget, for the end
};

// What a sitting needs of the world. All are called from the sitting's thread.
struct SittingHooks {
  std::function<double()> elapsed_s;             // since the program began
  std::function<Status(const Profile&)> save;    // after each unit
  std::function<void(const std::string&)> warn;  // for a person
  // Before each unit: which of how many, and the corrected estimate of what is left, within the budget.
  std::function<void(std::size_t, std::size_t, double, const WorkUnit&)> progress;
};

struct SittingResult {
  std::size_t measured = 0;
  std::size_t already = 0;  // were in the profile
  std::size_t failed = 0;
  std::size_t unavailable = 0;
  std::size_t left = 0;  // did not fit the budget, or were not begun when interrupted
  bool interrupted = false;
  std::optional<std::string> save_error;  // the sitting ended with it
};

// Units that don't fit the budget are passed over: smaller ones after them may still fit.
SittingResult run_sitting(const std::vector<WorkUnit>& plan, Profile& profile, const SittingRules& rules,
                          UnitRunner& runner, const SittingHooks& hooks);

// Of the units that `profile` lacks.
[[nodiscard]] double guess_seconds_left(const std::vector<WorkUnit>& plan, const Profile& profile,
                                        const SittingRules& rules);

// kDone also if the budget is spent, kCheckFailed if a unit could not be measured, kEnvironment if the file
// could not be written.
[[nodiscard]] ExitCode exit_code_of(const SittingResult& result);

}  // namespace daris
