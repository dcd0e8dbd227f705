// Compares the points of two reports (schema daris.comparison): what got better from A to B, and what worse.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/comparison/figure_verdict.h"
#include "analysis/comparison/point_key.h"
#include "base/json/json_fwd.h"
#include "base/result.h"

namespace daris {

struct ComparisonSettings {
  MatchRule match;
  double tolerance = 0.01;
  bool skip_throttled = false;
  std::vector<std::string> figures;  // names of confidence.values; empty: all that can get better or worse
};

// One side of a comparison. `report` must outlive what is made of it.
struct ComparedReport {
  std::string name;  // of its file
  const Json* report = nullptr;
};

// All points of one configuration, of both sides.
struct ComparedPoint {
  std::string name;                        // what sets it apart from the other points
  std::vector<std::string> before, after;  // ids
  std::vector<std::string> throttled;      // ids of these whose clock was throttled
  bool paired = false;                     // runs of equal seed and number are compared with each other
  std::vector<ComparedFigure> figures;     // in the order of the report
};

struct LeftOutPoint {
  std::string file;
  std::string id;
  std::string reason;
};

struct Comparison {
  std::vector<ComparedPoint> points;  // in the order of A
  std::vector<LeftOutPoint> left_out;
};
[[nodiscard]] std::size_t regressions(const Comparison& comparison);

// Errors: no point of one side has the configuration of a point of the other; one side has the same run of a
// configuration twice, so that the rule leaves too much out; no point has a figure that is asked for.
[[nodiscard]] Result<Comparison> compare_reports(const ComparedReport& before, const ComparedReport& after,
                                                 const ComparisonSettings& settings);

}  // namespace daris
