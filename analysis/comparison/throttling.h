// Finds live points whose GPU did not keep its clock.
#pragma once

#include <map>
#include <span>
#include <string>

#include "base/json/json_fwd.h"

namespace daris {

// A point counts as throttled if its SM clock is more than a twentieth below the highest one, at either end
// of its window. The highest is of all points of that GPU, in any of the reports. A simulated point, and a
// live one without clocks, never is.
class ThrottlingTest {
 public:
  explicit ThrottlingTest(std::span<const Json* const> reports);
  // REQUIRES: `report` is one of those, and `point` is of it.
  [[nodiscard]] bool throttled(const Json& report, const Json& point) const;

 private:
  std::map<std::string, double> highest_mhz_;  // by GPU
};

}  // namespace daris
