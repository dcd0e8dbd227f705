// Whether claims hold, in each world of the reports.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/publication/claim_points.h"
#include "analysis/publication/claims.h"
#include "analysis/publication/printed_table.h"
#include "analysis/report/statistics.h"

namespace daris {

// Undecided: the interval holds the limit, or there is no interval or no point.
enum class ClaimVerdict { kHolds, kFails, kUndecided };

struct ClaimResult {
  const Claim* claim = nullptr;
  std::string world;
  ClaimVerdict verdict = ClaimVerdict::kUndecided;
  std::optional<double> value;  // the figure, or how it compares with the other one
  std::optional<Interval> interval_95;
  std::string why;               // for people: what was compared, and why that decides
  std::vector<std::string> ids;  // of the points that were compared
};

// Judges each claim in each world, claim by claim. A value with its replications is judged by Student's t
// interval. Two are judged by the interval of their paired difference, or of Welch's if they are no pairs. A
// rate of one run is judged by its own interval, and the difference of two by Newcombe's, which is made of
// both. The results point into `claims`.
[[nodiscard]] std::vector<ClaimResult> judge_claims(const Claims& claims,
                                                    const std::vector<ClaimWorld>& worlds);

// A document of schema daris.verdicts; `command` made it.
[[nodiscard]] Json verdicts_to_json(const Claims& claims, const std::vector<ClaimResult>& results,
                                    const std::string& command);

// For a terminal; lines take `width_max` columns at most, if names are not longer. Ends in a line feed.
[[nodiscard]] std::string verdicts_text(const std::vector<ClaimResult>& results, std::size_t width_max);

// For papers and the page.
[[nodiscard]] PrintedTable verdicts_table(const Claims& claims, const std::vector<ClaimResult>& results);

}  // namespace daris
