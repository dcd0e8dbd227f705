// The outcome of a point's run.
#pragma once

#include <optional>

#include "base/json/json.h"
#include "base/result.h"

namespace daris {

struct PointRun {
  std::optional<Json> point;    // the report's point; null if the run was stopped before it measured anything
  std::optional<Error> mishap;  // what went wrong with the machine; the point stands all the same
};

}  // namespace daris
