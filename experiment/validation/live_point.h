// What was measured: the points of live reports, and live event logs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/result.h"

namespace daris {

struct LivePoint {
  std::string file;  // that it was read from, as it was named
  Json point;        // as a report has it
  Json provenance;   // of its report; an empty object if it is from a log, which does not name its machine
  std::string log;   // the log that it was counted from; empty if it is from a report
};

// The GPU that it was measured on; empty if it is not known.
[[nodiscard]] std::string gpu_of(const LivePoint& live);

// "resnet18-paper, daris, green 8 x 2 OS 1.5, load 1.5": what people call the point.
[[nodiscard]] std::string label_of(const Json& point);

// "green 8 x 2 OS 1.5", or with the name of a partition
[[nodiscard]] std::string shape_of(const Json& point);

// Tells whether the point is a hard one to predict: fewer jobs were in time than 98% of those asked for, or a
// level lost from 1% to 60% of its jobs. All others do what was asked, or drown.
[[nodiscard]] bool is_hard(const Json& point);

// All points of a live report, or the one of a live event log. Errors: it is neither, or is of a simulated
// run.
[[nodiscard]] Result<std::vector<LivePoint>> read_live_points(const std::filesystem::path& file);

// Takes out each point that stands there before with equal results: a file that was named twice, or was
// copied. Returns how many it took out.
std::size_t erase_copies(std::vector<LivePoint>& points);

}  // namespace daris
