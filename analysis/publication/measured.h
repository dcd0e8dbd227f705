// The figures of a report that are published, each with its unit and its 95% interval. points.csv, the
// printed tables, the page and claims read the same list.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json/json_fwd.h"

namespace daris {

// A figure with the ends of its 95% interval. Those are absent if it has none, such as of a single run.
struct Measured {
  std::optional<double> value;
  std::optional<double> low, high;
};

// Says where a figure stands in `results`, or in an entry of its `levels`.
struct FigureInfo {
  std::string_view name;     // with its unit: "response_p99_ms"; names stay for good
  std::string_view label;    // for people: "response p99"
  std::string_view unit;     // "ms", "jobs/s"; empty for a count; shares are parts of 1
  Json (*get)(const Json&);  // of `results` or of a level; null if it was not measured
  // Whether the confidence of a point has the half width of its interval. Its key is `name`, of a level with
  // "levelN_" before it.
  bool has_half_width = false;
  // A list of two ends in the entry itself, taken if there is no half width; null: there is none.
  Json (*get_interval)(const Json&) = nullptr;
  bool share = false;  // from 0 to 1
  bool whole = false;  // a count
};

// Names stand in the order of the columns of points.csv. New ones come last.
[[nodiscard]] std::span<const FigureInfo> point_figures();
[[nodiscard]] std::span<const FigureInfo> level_figures();

// REQUIRES for all: `point` is of a valid report (analysis/report/report.h), `level` one of its levels.
[[nodiscard]] Measured measure(const FigureInfo& figure, const Json& point);
[[nodiscard]] Measured measure_level(const FigureInfo& figure, const Json& point, const Json& level);

// The work that was done in time, in the unit of load: each group's jobs in time over its capacity, added up.
// So it can be compared over sets of several networks. Nullopt if the capacity of a group is not known.
[[nodiscard]] std::optional<double> work_in_time(const Json& point);

}  // namespace daris
