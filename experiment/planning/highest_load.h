// The highest load at which something holds, found by bisection.
#pragma once

#include <functional>
#include <optional>

#include "base/result.h"

namespace daris {

struct LoadRange {
  double start = 1;         // tried first
  double least = 0;         // nothing below it is tried
  double most = 0;          // nothing above it
  double tolerance = 0.01;  // the bracket is narrow enough if its ends are so close, as a share
};

struct LoadBracket {
  std::optional<double> passing;  // the highest load that passed; nullopt: none did
  std::optional<double> failing;  // the lowest load above it that failed; nullopt: none did
};

using HoldsAtLoad = std::function<Result<bool>(double load)>;

// Doubles or halves from the start until one load passed and one failed, then bisects. What holds at a load
// is taken to hold below it. REQUIRES: 0 < least <= start <= most, 0 < tolerance < 1. Errors: those of
// `holds`.
[[nodiscard]] Result<LoadBracket> bracket_highest(const LoadRange& range, const HoldsAtLoad& holds);

// The same from a start that is probably near: goes up or down by `step`, a share, which doubles each time
// until one load passed and one failed. REQUIRES: also 0 < step.
[[nodiscard]] Result<LoadBracket> bracket_near(const LoadRange& range, double step, const HoldsAtLoad& holds);

// Asks a stricter question at the upper end of what `quick` found to pass. If the answer is no, goes down in
// growing steps until it is yes, and bisects between the two. REQUIRES and errors: as above.
[[nodiscard]] Result<LoadBracket> confirm_highest(const LoadRange& range, const LoadBracket& quick,
                                                  const HoldsAtLoad& confirmed);

}  // namespace daris
