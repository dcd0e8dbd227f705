#include "analysis/comparison/throttling.h"

#include <algorithm>
#include <vector>

#include "base/json/json.h"

namespace daris {
namespace {

constexpr double kShareKept = 0.95;

std::string gpu_of(const Json& report) {
  const Json gpu = report.at("provenance").value("gpu", Json());
  return gpu.is_string() ? gpu.get<std::string>() : std::string();
}

std::vector<double> clocks_of(const Json& point) {
  std::vector<double> clocks;
  const Json runtime = point.at("results").value("runtime", Json());
  if (!runtime.is_object()) return clocks;
  for (const char* const end : {"clock_mhz_start", "clock_mhz_end"}) {
    const Json clock = runtime.value(end, Json());
    if (clock.is_number()) clocks.push_back(clock.get<double>());
  }
  return clocks;
}

}  // namespace

ThrottlingTest::ThrottlingTest(std::span<const Json* const> reports) {
  for (const Json* const report : reports) {
    double& highest = highest_mhz_[gpu_of(*report)];
    for (const Json& point : report->at("points")) {
      for (const double clock : clocks_of(point)) highest = std::max(highest, clock);
    }
  }
}

bool ThrottlingTest::throttled(const Json& report, const Json& point) const {
  const double limit = kShareKept * highest_mhz_.at(gpu_of(report));
  const std::vector<double> clocks = clocks_of(point);
  return std::any_of(clocks.begin(), clocks.end(), [&](double clock) { return clock < limit; });
}

}  // namespace daris
