// When replications are enough: the interval of each figure is as narrow as was asked for.
//
// After each round of replications the half width of a figure's 95% Student's t interval is compared with its
// mean. If it is too wide, the next round brings as many as its square says are needed. Rounds of one
// replication would stop at narrow intervals by chance more often, and these miss the true mean more often.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "base/json/json_fwd.h"

namespace daris {

// With fewer replications an interval may be narrow by chance.
inline constexpr std::uint32_t kPrecisionReplicationsMin = 10;

// Half the width of the 95% interval, as a share of the mean's size. It is 0 if all values are equal. Null if
// there are fewer than two values, or if their mean is 0 and they differ.
[[nodiscard]] std::optional<double> relative_half_width(std::span<const double> values);

// How many replications there shall be after `done` of them, which left the interval at `reached`: more than
// `done`, at most `max`. REQUIRES: done < max, 0 < wanted < reached.
[[nodiscard]] std::uint32_t replications_needed(std::uint32_t done, std::optional<double> reached,
                                                double wanted, std::uint32_t max);

struct PrecisionGoal {
  double share = 0;                  // of the mean: half the interval's width
  std::vector<std::string> figures;  // names of headline figures (analysis/report/headline.h)
  std::uint32_t replications_max = 0;
};

struct PrecisionReached {
  PrecisionGoal goal;
  std::vector<std::optional<double>> shares;  // of each figure of the goal
  std::uint32_t replications = 0;

  [[nodiscard]] bool holds() const;
  // The widest of all: null if one is not known.
  [[nodiscard]] std::optional<double> widest() const;
};

// Watches replications as they are finished, in their order.
class PrecisionWatch {
 public:
  // REQUIRES: `run` outlives this.
  PrecisionWatch(PrecisionGoal goal, const RunDescription& run);

  void add(const RunResults& replication);
  [[nodiscard]] PrecisionReached reached() const;
  // How many replications there shall be: those that were added, if they are precise enough, or all that are
  // allowed.
  [[nodiscard]] std::uint32_t wanted() const;

 private:
  PrecisionGoal goal_;
  const RunDescription& run_;
  std::vector<std::vector<double>> values_;  // [figure of the goal]
  std::uint32_t added_ = 0;
};

// The names that a goal may have.
[[nodiscard]] std::vector<std::string> figure_names(const RunDescription& run);

[[nodiscard]] Json precision_to_json(const PrecisionReached& reached);

// What a report warns of if the most replications were not enough; nullopt if they were.
[[nodiscard]] std::optional<std::string> precision_warning(const PrecisionReached& reached);

}  // namespace daris
