// What each policy does in its best shape.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/json/json.h"

namespace daris {

// For each task set, load, load_by, priority mix, deadline ratio, injection, backend, SMs and policy the
// point with the most jobs done in time. If points are equal, it is that with more throughput, then with
// fewer level-0 misses, then the first. They stand in order of first appearance. The pointers live as long
// as `points`. REQUIRES: they are those of a valid report.
[[nodiscard]] std::vector<const Json*> best_points(const Json& points);

// The same of points that come one after the other. It keeps copies without the results of single tasks, and
// forgets points once they are beaten.
class BestPoints {
 public:
  // REQUIRES: `point` is of a valid report.
  void add(const Json& point);

  [[nodiscard]] std::vector<const Json*> points() const;
  [[nodiscard]] std::size_t added() const { return added_; }

 private:
  std::map<std::string, std::size_t> place_;  // by what points must share to be compared
  std::vector<Json> best_;
  std::size_t added_ = 0;
};

// 0 if level 0 is missing or admitted no job.
[[nodiscard]] double level0_miss_rate(const Json& point);

}  // namespace daris
