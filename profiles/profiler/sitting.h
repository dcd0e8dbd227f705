// One sitting of measuring. It works off a plan until that is done, the budget is spent or someone
// interrupts. It knows no GPU.
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
  Profile part;         // if it was measured
  std::string message;  // if not
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
  double reserve_s = 5;  // of the budget, for the end
};

// Gives a sitting what it needs from outside. All are called from the sitting's thread.
struct SittingHooks {
  std::function<double()> elapsed_s;             // since the program began
  std::function<Status(const Profile&)> save;    // after each unit
  std::function<void(const std::string&)> warn;  // for a person
  // Called before each unit with its index, the number of units, the corrected estimate of the time that is
  // left within the budget, and the unit.
  std::function<void(std::size_t, std::size_t, double, const WorkUnit&)> progress;
};

struct SittingResult {
  std::size_t measured = 0;
  std::size_t already = 0;  // were in the profile before
  std::size_t failed = 0;
  std::size_t unavailable = 0;
  std::size_t left = 0;  // did not fit the budget, or were not begun when interrupted
  bool interrupted = false;
  std::optional<std::string> save_error;  // with which the sitting ended
};

// A unit that does not fit the budget is passed over, since smaller ones after it may still fit.
SittingResult run_sitting(const std::vector<WorkUnit>& plan, Profile& profile, const SittingRules& rules,
                          UnitRunner& runner, const SittingHooks& hooks);

// The guess for the units that `profile` lacks.
[[nodiscard]] double guess_seconds_left(const std::vector<WorkUnit>& plan, const Profile& profile,
                                        const SittingRules& rules);

// kDone also if the budget is spent, kCheckFailed if a unit could not be measured, kEnvironment if the file
// could not be written.
[[nodiscard]] ExitCode exit_code_of(const SittingResult& result);

}  // namespace daris
