// The rule by which a shape is chosen among those that were tried (docs/scheduler.md, "Shape").
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "analysis/report/shape_choice.h"
#include "experiment/run_config.h"

namespace daris {

// An objective: the index of the best of `tried`. REQUIRES: `tried` is not empty.
using ShapeObjective = std::function<std::size_t(std::span<const TriedShape> tried)>;

// The default objective. Four rules, each among those that the rules before it left:
// 1. fewest jobs of level 0 lost; if every shape loses some, up to 0.5% of the released more;
// 2. no level misses over 1% of what it admits; if every shape does, half a point over the least share;
// 3. at least 99.5% of the most load in time;
// 4. fewest slots, then least OS, then the first.
[[nodiscard]] std::size_t best_shape(std::span<const TriedShape> tried);

// The objective of `--goal latency`. Rules 1 and 2 are those of best_shape(); then:
// 3. at least 90% of the most load in time;
// 4. a p99 of level 0 of at most 1% over the least;
// 5. the most load in time; then fewest slots, then the first.
[[nodiscard]] std::size_t quickest_shape(std::span<const TriedShape> tried);

[[nodiscard]] ShapeObjective objective_of(ShapeGoal goal);

// The indices of the `count` best, best first: each is the best of those that are left.
[[nodiscard]] std::vector<std::size_t> best_shapes(std::span<const TriedShape> tried, std::size_t count,
                                                   const ShapeObjective& best);

// Says in words what `tried[taken]` has over the best of the others. `best` serves `goal`.
[[nodiscard]] std::string reason_of(std::span<const TriedShape> tried, std::size_t taken,
                                    const ShapeObjective& best, ShapeGoal goal = ShapeGoal::kThroughput);

}  // namespace daris
