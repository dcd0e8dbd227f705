#include "profiles/profiler/sitting.h"

#include <algorithm>
#include <set>
#include <utility>

#include "profiles/profiler/merge.h"
#include "profiles/profiler/plan.h"

namespace daris {
namespace {

class Sitting {
 public:
  Sitting(Profile& profile, const SittingRules& rules, UnitRunner& runner, const SittingHooks& hooks)
      : profile_(profile), rules_(rules), runner_(runner), hooks_(hooks) {}

  SittingResult run(const std::vector<WorkUnit>& plan) {
    std::vector<WorkUnit> missing;
    std::copy_if(plan.begin(), plan.end(), std::back_inserter(missing),
                 [&](const WorkUnit& unit) { return !is_measured(profile_, unit, rules_.samples); });
    result_.already = plan.size() - missing.size();
    for (const WorkUnit& unit : missing) left_guess_s_[index_of(unit)] += guess(unit);
    for (std::size_t index = 0; index < missing.size(); ++index) {
      if (ended()) {
        ++result_.left;
        continue;
      }
      try_unit(index, missing.size(), missing[index]);
    }
    return std::move(result_);
  }

 private:
  static std::size_t index_of(const WorkUnit& unit) { return static_cast<std::size_t>(unit.measurement); }
  double guess(const WorkUnit& unit) const { return guess_seconds(unit, rules_.machine_sms, rules_.samples); }
  bool ended() const { return result_.interrupted || result_.save_error.has_value(); }

  double left_s() const {
    double left = 0;
    for (std::size_t index = 0; index < left_guess_s_.size(); ++index)
      left += pace_.corrected(static_cast<Measurement>(index), left_guess_s_[index]);
    return rules_.budget_s ? std::min(left, *rules_.budget_s - hooks_.elapsed_s()) : left;
  }

  void try_unit(std::size_t index, std::size_t count, const WorkUnit& unit) {
    const double guess_s = guess(unit);
    const double left = left_s();
    left_guess_s_[index_of(unit)] -= guess_s;
    if (unavailable_.count({unit.measurement, unit.backend}) != 0) {
      ++result_.unavailable;
      return;
    }
    const double start_s = hooks_.elapsed_s();
    if (rules_.budget_s &&
        !fits(start_s, pace_.corrected(unit.measurement, guess_s), *rules_.budget_s, rules_.reserve_s)) {
      ++result_.left;
      return;
    }
    hooks_.progress(index, count, left, unit);
    const Outcome outcome = runner_.run(unit);
    pace_.record(unit.measurement, guess_s, hooks_.elapsed_s() - start_s);
    take(unit, outcome);
  }

  void take(const WorkUnit& unit, const Outcome& outcome) {
    switch (outcome.kind) {
      case OutcomeKind::kMeasured: keep(unit, outcome.part); return;
      case OutcomeKind::kInterrupted:
        result_.interrupted = true;
        ++result_.left;
        return;
      case OutcomeKind::kUnavailable:
        unavailable_.insert({unit.measurement, unit.backend});
        ++result_.unavailable;
        break;
      case OutcomeKind::kFailed: ++result_.failed; break;
    }
    hooks_.warn(describe(unit) + ": " + outcome.message);
  }

  void keep(const WorkUnit& unit, const Profile& part) {
    if (const Status status = merge_profile(profile_, part); !status.ok()) {
      ++result_.failed;
      hooks_.warn(describe(unit) + ": " + status.error().message);
      return;
    }
    if (profile_.gpu.clock_mhz_start == 0) profile_.gpu.clock_mhz_start = part.gpu.clock_mhz_end;
    profile_.gpu.clock_mhz_end = part.gpu.clock_mhz_end;
    ++result_.measured;
    if (const Status status = hooks_.save(profile_); !status.ok())
      result_.save_error = status.error().message;
  }

  Profile& profile_;
  const SittingRules& rules_;
  UnitRunner& runner_;
  const SittingHooks& hooks_;
  Pace pace_;
  std::vector<double> left_guess_s_ =
      std::vector<double>(static_cast<std::size_t>(Measurement::kSaturation) + 1);
  std::set<std::pair<Measurement, Backend>> unavailable_;
  SittingResult result_;
};

}  // namespace

SittingResult run_sitting(const std::vector<WorkUnit>& plan, Profile& profile, const SittingRules& rules,
                          UnitRunner& runner, const SittingHooks& hooks) {
  return Sitting(profile, rules, runner, hooks).run(plan);
}

double guess_seconds_left(const std::vector<WorkUnit>& plan, const Profile& profile,
                          const SittingRules& rules) {
  double seconds = 0;
  for (const WorkUnit& unit : plan)
    if (!is_measured(profile, unit, rules.samples))
      seconds += guess_seconds(unit, rules.machine_sms, rules.samples);
  return seconds;
}

ExitCode exit_code_of(const SittingResult& result) {
  if (result.save_error) return kEnvironment;
  if (result.interrupted) return kInterrupted;
  return result.failed > 0 ? kCheckFailed : kDone;
}

}  // namespace daris
