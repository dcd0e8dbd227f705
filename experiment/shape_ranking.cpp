#include "experiment/shape_ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <tuple>

namespace daris {
namespace {

constexpr double kTolerance = 0.005;
constexpr double kMissRateMax = 0.01;

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

double load_required(std::span<const TriedShape> tried, const Indices& among) {
  double most = 0;
  for (const std::size_t i : among) most = std::max(most, tried[i].on_time_load);
  return (1 - kTolerance) * most;
}

std::size_t best_among(std::span<const TriedShape> tried, Indices left) {
  const double lost = lost_allowed(tried, left);
  left = kept(left, [&](std::size_t i) { return static_cast<double>(tried[i].level0_lost) <= lost; });
  const double miss_rate = miss_rate_allowed(tried, left);
  left = kept(left, [&](std::size_t i) { return tried[i].miss_rate_max <= miss_rate; });
  const double load = load_required(tried, left);
  left = kept(left, [&](std::size_t i) { return tried[i].on_time_load >= load; });
  const auto cost = [&](std::size_t i) {
    return std::make_tuple(tried[i].slots(), tried[i].shape.oversubscription_milli, i);
  };
  return *std::min_element(left.begin(), left.end(),
                           [&](std::size_t a, std::size_t b) { return cost(a) < cost(b); });
}

Indices all_of(std::size_t count) {
  Indices all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace

std::size_t best_shape(std::span<const TriedShape> tried) { return best_among(tried, all_of(tried.size())); }

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

std::string reason_of(std::span<const TriedShape> tried, std::size_t taken, const ShapeObjective& best) {
  if (tried.size() == 1) return "it is the only shape that could be tried";
  std::vector<TriedShape> others(tried.begin(), tried.end());
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(taken));
  const TriedShape& one = tried[taken];
  const TriedShape& next = others[best(others)];
  const auto beside = [&](const auto& mine, const auto& its) {
    return fmt::format("{}, beside {} with {}", mine, its, text_of(next.shape));
  };
  if (one.level0_lost < next.level0_lost)
    return "fewest level-0 jobs missed or rejected: " + beside(one.level0_lost, next.level0_lost);
  if (one.miss_rate_max + kTolerance < next.miss_rate_max) {
    return "fewest misses of the admitted: " + beside(fmt::format("{:.2f}%", 100 * one.miss_rate_max),
                                                      fmt::format("{:.2f}%", 100 * next.miss_rate_max));
  }
  const std::string loads =
      beside(fmt::format("{:.3f}", one.on_time_load), fmt::format("{:.3f}", next.on_time_load));
  if (one.on_time_load > next.on_time_load) return "most load in time: " + loads;
  return "as much load in time with fewer slots: " + loads;
}

}  // namespace daris
