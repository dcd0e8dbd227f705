// The shape of a point that was chosen by trying some (experiment/shape_search.h), as its report tells it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json/json_fwd.h"
#include "base/time.h"
#include "profiles/context_list.h"
#include "profiles/shape.h"

namespace daris {

// A shape, and what a simulation of the point did with it. Jobs are those of the simulation's window.
struct TriedShape {
  Shape shape;
  std::shared_ptr<const ContextList> list = nullptr;  // of contexts that are unequal; null: they are equal
  // Switches of the policy that belong to the shape, with their values: "reserve", "1".
  std::vector<std::pair<std::string, std::string>> switches = {};
  Duration simulated;  // the warm-up too
  double on_time_jobs_per_s = 0;
  // The same jobs in the unit of load: each group's rate over its capacity, added up. 1 is about all that the
  // GPU can do without batches.
  double on_time_load = 0;
  std::uint64_t level0_released = 0;
  std::uint64_t level0_lost = 0;  // missed or rejected
  double miss_rate_max = 0;       // missed over admitted, of the level with most; 100 jobs count at the least
  std::optional<Duration> level0_p99;  // of response times; nullopt if no job of level 0 completed

  [[nodiscard]] std::uint32_t slots() const { return shape.contexts * shape.streams; }
};

struct ShapeChoice {
  std::vector<TriedShape> tried;  // not empty
  std::size_t taken = 0;          // index into `tried`
  std::string why;                // for people
  std::string profile;            // the GPU that was simulated
  bool for_latency = false;       // else for throughput

  [[nodiscard]] const TriedShape& shape() const { return tried[taken]; }
};

// "6 x 1 OS 1.5"
[[nodiscard]] std::string text_of(const Shape& shape);
// The same, or the name of the partition, with the switches: "6 x 1 OS 1.5, reserve=1".
[[nodiscard]] std::string text_of(const TriedShape& tried);

[[nodiscard]] Json shape_choice_to_json(const ShapeChoice& choice);

// The shape of a point of a report, given or chosen: "6 x 1 OS 1.5", or the name of its partition.
[[nodiscard]] std::string point_shape_text(const Json& point);

// One line for people: the shape, how many were tried, and why it was taken.
[[nodiscard]] std::string chosen_shape_text(const Json& choice);

}  // namespace daris
