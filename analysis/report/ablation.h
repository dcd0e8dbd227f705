// Compares each switch of a policy with its default, in pairs inside one report (schema daris.ablations).
//
// A scenario is a configuration without its switches: task set, policy, load, shape, seed. Its base is the
// point with all switches at the policy's defaults, and its variants differ in exactly one switch.
// Replications share their random numbers, so that replication i of the base and of a variant are a pair. The
// interval is Student's t over the differences variant - base.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/report/statistics.h"
#include "base/json/json_fwd.h"
#include "base/result.h"

namespace daris {

// Tells what the change away from the default does. kHurts means that it makes things worse, so that the
// default is worth having.
enum class Verdict { kHurts, kNoDifference, kHelps };
[[nodiscard]] std::string to_text(Verdict verdict);  // "hurts", "no difference", "helps"

struct MetricDifference {
  std::string metric;  // a key of a point's confidence.values
  double base = 0;     // mean over replications
  double variant = 0;
  std::optional<Interval> difference_95;  // null if there are fewer than two pairs
  Verdict verdict = Verdict::kNoDifference;
};

struct AblationRow {
  std::string scenario;  // "resnet18-paper, load 1.5"; "all" is the mean over scenarios of one policy
  std::string switch_key;
  std::string from, to;                      // the default and the other value
  std::vector<MetricDifference> metrics;     // in order of importance
  Verdict verdict = Verdict::kNoDifference;  // of the first metric that differs
};

// Rows stand in the order of the scenarios in the report, then of switch_table(). Those of scenario "all"
// come last; if there are several policies, each has its own ("all, policy daris"). Errors: no point has
// default switches, there are no variants, or replications do not pair.
[[nodiscard]] Result<std::vector<AblationRow>> make_ablations(const Json& report);

[[nodiscard]] Json ablations_to_json(const std::vector<AblationRow>& rows, const Json& report);
// Lines take `width_max` columns at most, if names are not longer.
[[nodiscard]] std::string ablations_table(const std::vector<AblationRow>& rows, std::size_t width_max);

}  // namespace daris
