#include "experiment/planning/highest_load.h"

#include <algorithm>

namespace daris {
namespace {

// Puts the answer for `load` into the bracket.
Status ask(double load, const HoldsAtLoad& holds, LoadBracket& bracket) {
  DARIS_TRY_ASSIGN(const bool passes, holds(load));
  (passes ? bracket.passing : bracket.failing) = load;
  return {};
}

// REQUIRES: both ends are known.
Status bisect(double tolerance, const HoldsAtLoad& holds, LoadBracket& bracket) {
  while (*bracket.failing > *bracket.passing * (1 + tolerance))
    DARIS_TRY(ask((*bracket.passing + *bracket.failing) / 2, holds, bracket));
  return {};
}

}  // namespace

Result<LoadBracket> bracket_highest(const LoadRange& range, const HoldsAtLoad& holds) {
  LoadBracket bracket;
  DARIS_TRY(ask(range.start, holds, bracket));
  while (!bracket.failing && *bracket.passing < range.most)
    DARIS_TRY(ask(std::min(*bracket.passing * 2, range.most), holds, bracket));
  while (!bracket.passing && *bracket.failing > range.least)
    DARIS_TRY(ask(std::max(*bracket.failing / 2, range.least), holds, bracket));
  if (bracket.passing && bracket.failing) DARIS_TRY(bisect(range.tolerance, holds, bracket));
  return bracket;
}

Result<LoadBracket> bracket_near(const LoadRange& range, double step, const HoldsAtLoad& holds) {
  LoadBracket bracket;
  DARIS_TRY(ask(range.start, holds, bracket));
  for (double share = step; !bracket.failing && *bracket.passing < range.most; share *= 2)
    DARIS_TRY(ask(std::min(*bracket.passing * (1 + share), range.most), holds, bracket));
  for (double share = step; !bracket.passing && *bracket.failing > range.least; share *= 2)
    DARIS_TRY(ask(std::max(*bracket.failing * (1 - std::min(share, 0.5)), range.least), holds, bracket));
  if (bracket.passing && bracket.failing) DARIS_TRY(bisect(range.tolerance, holds, bracket));
  return bracket;
}

Result<LoadBracket> confirm_highest(const LoadRange& range, const LoadBracket& quick,
                                    const HoldsAtLoad& confirmed) {
  if (!quick.passing) return quick;
  LoadBracket bracket{std::nullopt, quick.failing};
  double load = *quick.passing;
  for (double step = range.tolerance;; step *= 2) {
    DARIS_TRY(ask(load, confirmed, bracket));
    if (bracket.passing || load <= range.least) break;
    load = std::max(load * (1 - std::min(step, 0.5)), range.least);
  }
  if (bracket.passing && bracket.failing) DARIS_TRY(bisect(range.tolerance, confirmed, bracket));
  return bracket;
}

}  // namespace daris
