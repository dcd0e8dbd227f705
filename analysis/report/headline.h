// The figures of one run. Intervals and paired comparisons are made of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"

namespace daris {

// part / whole; null if `whole` is 0.
[[nodiscard]] std::optional<double> ratio(std::uint64_t part, std::uint64_t whole);

// These are of one group or of one level.
[[nodiscard]] std::optional<double> deadline_miss_rate(const Tally& tally);  // missed / admitted
[[nodiscard]] std::optional<double> loss_rate(const Tally& tally);           // (missed + rejected) / released
[[nodiscard]] std::optional<double> rejection_rate(const Tally& tally);      // rejected / released

// A count per second of the window.
[[nodiscard]] double per_second(std::uint64_t count, Duration window);

// The share of all slot time in the window during which slots were busy.
[[nodiscard]] double slot_utilization(const RunResults& results);

// What a closed loop on all slots would have needed for the stages that finished, in parts of the window. So
// it is throughput over that of a closed loop of the same stages and batches.
[[nodiscard]] double full_load_share(const RunResults& results);

// The groups of each level added up, ascending by level.
[[nodiscard]] std::map<std::uint32_t, Tally> tally_levels(const RunDescription& run,
                                                          const RunResults& results);
[[nodiscard]] Tally tally_all(const RunResults& results);

struct HeadlineFigure {
  std::string name;  // a key of confidence.values: "throughput_jobs_per_s", "level0_deadline_miss_rate", ...
  std::optional<double> value;
};
// All runs of one description have the same names in the same order.
[[nodiscard]] std::vector<HeadlineFigure> headline_figures(const RunDescription& run,
                                                           const RunResults& results);

}  // namespace daris
