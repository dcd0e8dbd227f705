// The runs behind a figure of two sides: which of them are pairs, and what their difference is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/report/statistics.h"
#include "base/json/json_fwd.h"

namespace daris {

// One replication of one point. Equal seeds and numbers mean equal releases.
struct Run {
  std::uint64_t seed = 0;
  std::size_t replication = 0;   // from 0
  const Json* values = nullptr;  // of the point's confidence: figure -> value of each replication
  friend bool operator<(const Run& a, const Run& b) {
    return std::pair(a.seed, a.replication) < std::pair(b.seed, b.replication);
  }
};

// Appends the runs of a point of a report. The point must outlive them.
void append_runs(const Json& point, std::vector<Run>& to);

// Two runs of equal seed and number, if there are any; they are one run twice.
[[nodiscard]] bool has_twins(const std::vector<Run>& runs);

// How the runs of two sides are compared.
struct RunPairs {
  bool paired = false;             // else all runs of one side stand against all of the other
  std::vector<Run> before, after;  // if paired, before[i] and after[i] are a pair
};
// Runs are pairs if two or more of each side have the same seed and number. If each side has one run, one is
// enough. Runs without a partner are left out then.
[[nodiscard]] RunPairs pair_runs(std::vector<Run> before, std::vector<Run> after);

// The values of one figure over runs. Runs without a value are left out; of a pair both are.
struct FigureValues {
  bool paired = false;
  std::vector<double> before, after;
};
[[nodiscard]] FigureValues values_of(const RunPairs& runs, const std::string& figure);

// The 95% interval of the mean of `after` less that of `before`: of the pairs' differences, or Welch's if
// runs are not pairs. Nullopt if there are too few values.
[[nodiscard]] std::optional<Interval> difference_interval(const FigureValues& values);

}  // namespace daris
