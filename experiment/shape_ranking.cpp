#include "experiment/shape_ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <tuple>

#include "base/duration_ms.h"

namespace daris {
namespace {

constexpr std::int64_t kNeverNs = std::int64_t{1} << 60;
constexpr double kTolerance = 0.005;
constexpr double kMissRateMax = 0.01;
constexpr double kLoadForLatency = 0.9;  // of the most, that level 0's latency may not cost more than
constexpr double kLatencyTolerance = 0.01;

using Indices = std::vector<std::size_t>;

template <typename Keep>
Indices kept(const Indices& from, const Keep& keep) {
  Indices all;
  std::copy_if(from.begin(), from.end(), std::back_inserter(all), keep);
  return all;
}

// The most jobs of level 0 that a shape may lose.
double lost_allowed(std::span<const TriedShape> tried, const Indices& among) {
  std::uint64_t fewest = tried[among.front()].level0_lost;
  for (const std::size_t i : among) fewest = std::min(fewest, tried[i].level0_lost);
  if (fewest == 0) return 0;
  return static_cast<double>(fewest) + kTolerance * static_cast<double>(tried[among.front()].level0_released);
}

double miss_rate_allowed(std::span<const TriedShape> tried, const Indices& among) {
  double least = 1;
  for (const std::size_t i : among) least = std::min(least, tried[i].miss_rate_max);
  return least <= kMissRateMax ? kMissRateMax : least + kTolerance;
}

// Those that have at least so much of the most load in time.
Indices with_load(std::span<const TriedShape> tried, const Indices& among, double share) {
  double most = 0;
  for (const std::size_t i : among) most = std::max(most, tried[i].on_time_load);
  return kept(among, [&](std::size_t i) { return tried[i].on_time_load >= share * most; });
}

// Nobody knows how quick a shape is in which no job of level 0 completed.
Duration p99_of(const TriedShape& tried) { return tried.level0_p99.value_or(Duration::from_ns(kNeverNs)); }

// Those whose level 0 is as quick as the quickest's.
Indices with_latency(std::span<const TriedShape> tried, const Indices& among) {
  Duration least = p99_of(tried[among.front()]);
  for (const std::size_t i : among) least = std::min(least, p99_of(tried[i]));
  const double most = (1 + kLatencyTolerance) * static_cast<double>(least.ns());
  return kept(among, [&](std::size_t i) { return static_cast<double>(p99_of(tried[i]).ns()) <= most; });
}

// Those that lose the fewest jobs of level 0, and of these those that keep their word at every level.
Indices with_promises(std::span<const TriedShape> tried, Indices left) {
  const double lost = lost_allowed(tried, left);
  left = kept(left, [&](std::size_t i) { return static_cast<double>(tried[i].level0_lost) <= lost; });
  const double miss_rate = miss_rate_allowed(tried, left);
  left = kept(left, [&](std::size_t i) { return tried[i].miss_rate_max <= miss_rate; });
  return left;
}

// The least by `cost`. REQUIRES: costs differ.
template <typename Cost>
std::size_t cheapest(const Indices& among, const Cost& cost) {
  return *std::min_element(among.begin(), among.end(),
                           [&](std::size_t a, std::size_t b) { return cost(a) < cost(b); });
}

Indices all_of(std::size_t count) {
  Indices all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace

std::size_t best_shape(std::span<const TriedShape> tried) {
  const Indices left = with_load(tried, with_promises(tried, all_of(tried.size())), 1 - kTolerance);
  return cheapest(left, [&](std::size_t i) {
    return std::make_tuple(tried[i].slots(), tried[i].shape.oversubscription_milli, i);
  });
}

std::size_t quickest_shape(std::span<const TriedShape> tried) {
  const Indices useful = with_load(tried, with_promises(tried, all_of(tried.size())), kLoadForLatency);
  return cheapest(with_latency(tried, useful), [&](std::size_t i) {
    return std::make_tuple(-tried[i].on_time_load, tried[i].slots(), i);
  });
}

ShapeObjective objective_of(ShapeGoal goal) {
  return goal == ShapeGoal::kLatency ? quickest_shape : best_shape;
}

std::vector<std::size_t> best_shapes(std::span<const TriedShape> tried, std::size_t count,
                                     const ShapeObjective& best) {
  Indices left = all_of(tried.size());
  Indices order;
  while (order.size() < std::min(count, tried.size())) {
    std::vector<TriedShape> others;
    for (const std::size_t i : left) others.push_back(tried[i]);
    const auto first = left.begin() + static_cast<std::ptrdiff_t>(best(others));
    order.push_back(*first);
    left.erase(first);
  }
  return order;
}

std::string reason_of(std::span<const TriedShape> tried, std::size_t taken, const ShapeObjective& best,
                      ShapeGoal goal) {
  if (tried.size() == 1) return "it is the only shape that could be tried";
  std::vector<TriedShape> others(tried.begin(), tried.end());
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(taken));
  const TriedShape& one = tried[taken];
  const TriedShape& next = others[best(others)];
  const auto beside = [&](const auto& mine, const auto& its) {
    return fmt::format("{}, beside {} with {}", mine, its, text_of(next));
  };
  if (one.level0_lost < next.level0_lost)
    return "fewest level-0 jobs missed or rejected: " + beside(one.level0_lost, next.level0_lost);
  if (one.miss_rate_max + kTolerance < next.miss_rate_max) {
    return "fewest misses of the admitted: " + beside(fmt::format("{:.2f}%", 100 * one.miss_rate_max),
                                                      fmt::format("{:.2f}%", 100 * next.miss_rate_max));
  }
  const auto quickness = [](const TriedShape& shape) {
    return fmt::format("{:.3f} ms at load {:.3f}", ms_of(p99_of(shape)), shape.on_time_load);
  };
  if (goal == ShapeGoal::kLatency && one.level0_p99 && next.level0_p99)
    return "least p99 of level 0 at 90% of the load: " + beside(quickness(one), quickness(next));
  const std::string loads =
      beside(fmt::format("{:.3f}", one.on_time_load), fmt::format("{:.3f}", next.on_time_load));
  if (one.on_time_load > next.on_time_load) return "most load in time: " + loads;
  return "as much load in time with fewer slots: " + loads;
}

}  // namespace daris
