// The warnings of several points, for people: each text once.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/json/json_fwd.h"

namespace daris {

class PointWarnings {
 public:
  // `point`: one of a report. Threads: one at a time.
  void add(const Json& point);

  // A line for each warning that any point has, those of most points first, and no more than ten. If there
  // are more, the last line says how many.
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  std::size_t points_ = 0;
  std::map<std::string, std::size_t> points_by_text_;
};

}  // namespace daris
