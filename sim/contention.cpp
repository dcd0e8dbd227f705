#include "sim/contention.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/check.h"

namespace daris {
namespace {

using lanes::Doubles;

// Rounding leaves at most this of the square of a demand if a stage shares its SMs with no other.
constexpr double kRounding = 1e-14;

}  // namespace

Contention::Contention(const GpuModel& gpu)
    : gpu_(gpu),
      load_(lanes::padded(gpu.geometry.regions), 0.0),
      room_(load_.size(), 0.0),
      running_(std::size_t{gpu.contexts} * gpu.streams, nullptr),
      asked_squared_(lanes::padded(running_.size()), 0.0),
      demand_squared_(asked_squared_.size(), 0.0),
      give_way_(asked_squared_.size(), 0.0),
      cache_demand_(asked_squared_.size(), 0.0),
      handover_(asked_squared_.size(), 0.0),
      slowdown_(asked_squared_.size(), 1.0) {
  const std::size_t parts = std::size_t{gpu.contexts} * gpu.geometry.regions;
  DARIS_CHECK(gpu.geometry.window.size() == parts && gpu.geometry.spread.size() == parts);
  for (std::uint32_t slot = 0; slot < running_.size(); ++slot) context_of_.push_back(slot / gpu.streams);
  find_weights();
  find_sights();
  find_watchers();
}

void Contention::find_weights() {
  const std::uint32_t regions = gpu_.geometry.regions;
  weights_.resize(gpu_.contexts);
  for (std::size_t context = 0; context < gpu_.contexts; ++context) {
    const double* const spread = &gpu_.geometry.spread[context * regions];
    for (std::uint32_t region = 0; region < regions; region += lanes::kCount) {
      const Doubles parts{spread[region], region + 1 < regions ? spread[region + 1] : 0};
      if (parts[0] != 0 || parts[1] != 0) weights_[context].push_back({region, parts});
    }
  }
}

// All pairs have as many sights as the one with the most, so that no loop's length must be guessed. The parts
// of those that fill up are 0.
void Contention::find_sights() {
  const std::uint32_t regions = gpu_.geometry.regions;
  std::vector<std::vector<Sight>> of_pairs;
  for (std::size_t context = 0; context < gpu_.contexts; context += lanes::kCount) {
    std::vector<Sight>& sights = of_pairs.emplace_back();
    const double* const window = &gpu_.geometry.window[context * regions];
    const bool has_second = context + 1 < gpu_.contexts;
    for (std::uint32_t region = 0; region < regions; ++region) {
      const Doubles parts{window[region], has_second ? window[regions + region] : 0};
      if (parts[0] != 0 || parts[1] != 0) sights.push_back({region, parts});
    }
    sights_a_pair_ = std::max(sights_a_pair_, sights.size());
  }
  for (std::vector<Sight>& sights : of_pairs) {
    sights.resize(sights_a_pair_, {0, Doubles{0, 0}});
    sights_.insert(sights_.end(), sights.begin(), sights.end());
  }
}

void Contention::find_watchers() {
  const auto meet = [](const Weight& weight, const Sight& sight) {
    const std::uint32_t lane = sight.region - weight.regions;
    return lane < lanes::kCount && weight.parts[lane] != 0 && (sight.parts[0] != 0 || sight.parts[1] != 0);
  };
  const auto pairs = static_cast<std::uint32_t>(lanes::padded(gpu_.contexts) / lanes::kCount);
  watchers_.resize(gpu_.contexts);
  for (std::size_t context = 0; context < gpu_.contexts; ++context) {
    for (std::uint32_t pair = 0; pair < pairs; ++pair) {
      const std::span<const Sight> sights{&sights_[pair * sights_a_pair_], sights_a_pair_};
      const auto is_seen = [&](const Weight& weight) {
        return std::any_of(sights.begin(), sights.end(),
                           [&](const Sight& sight) { return meet(weight, sight); });
      };
      if (std::any_of(weights_[context].begin(), weights_[context].end(), is_seen))
        watchers_[context].push_back(pair);
    }
  }
}

void Contention::start(std::uint32_t slot, const StageCost& cost) {
  DARIS_CHECK(running_[slot] == nullptr);
  running_[slot] = &cost;
  ++running_count_;
  demand_squared_[slot] = cost.sm_demand * cost.sm_demand;
  give_way_[slot] = cost.give_way;
  cache_demand_[slot] = cost.cache_demand;
  handover_[slot] = cost.handover;
  add(slot, 1.0);
}

void Contention::stop(std::uint32_t slot) {
  DARIS_CHECK(running_[slot] != nullptr);
  add(slot, -1.0);
  --running_count_;
  running_[slot] = nullptr;
}

void Contention::add(std::uint32_t slot, double sign) {
  const StageCost& cost = *running_[slot];
  const std::uint32_t context = context_of_[slot];
  const Doubles demand = lanes::all(sign * cost.sm_demand);
  double* const loads = load_.data();
  double* const rooms = room_.data();
  for (const Weight& weight : weights_[context]) {
    const Doubles load = lanes::load(loads + weight.regions) + demand * weight.parts;
    lanes::store(loads + weight.regions, load);
    lanes::store(rooms + weight.regions, load > 0.0 ? 1.0 / load : Doubles{0, 0});
  }
  cache_load_ += sign * cost.cache_demand;
  for (const std::uint32_t pair : watchers_[context]) ask(pair);
}

// The squares of the harmonic means over the windows of two contexts.
void Contention::ask(std::uint32_t pair) {
  Doubles shared{0, 0};
  const double* const rooms = room_.data();
  const Sight* sight = &sights_[pair * sights_a_pair_];
  const Sight* const behind_last = sight + sights_a_pair_;
  for (; sight != behind_last; ++sight) shared += sight->parts * rooms[sight->region];
  const Doubles asked = shared > 0.0 ? 1.0 / (shared * shared) : Doubles{0, 0};
  const std::size_t streams = gpu_.streams;
  const std::size_t first = std::size_t{pair} * lanes::kCount * streams;
  if (streams == 1) return lanes::store(&asked_squared_[first], asked);
  const std::size_t behind = std::min(first + lanes::kCount * streams, running_.size());
  for (std::size_t slot = first; slot < behind; ++slot)
    asked_squared_[slot] = asked[slot < first + streams ? 0 : 1];
}

void Contention::evaluate() {
  const Doubles shared = lanes::all(running_count_ > 1 ? 1.0 : 0.0);
  const Doubles latency = lanes::all(gpu_.memory_latency);
  const Doubles cache_load = lanes::all(cache_load_);
  const double* const asked = asked_squared_.data();
  const double* const own = demand_squared_.data();
  const double* const give_way = give_way_.data();
  const double* const cache_demand = cache_demand_.data();
  const double* const handover = handover_.data();
  double* const slowdown = slowdown_.data();
  const std::size_t slots = slowdown_.size();
  for (std::size_t slot = 0; slot < slots; slot += lanes::kCount) {
    const Doubles crowd = lanes::load(asked + slot) - lanes::load(own + slot);
    const Doubles others_here = crowd > kRounding ? crowd : Doubles{0, 0};
    const Doubles cache = lanes::load(cache_demand + slot);
    const Doubles cache_wait = (cache + latency) * (cache_load - cache);
    const Doubles squared = 1.0 + others_here * lanes::load(give_way + slot);
    const Doubles root{std::sqrt(squared[0]), std::sqrt(squared[1])};
    lanes::store(slowdown + slot, root + cache_wait + shared * lanes::load(handover + slot));
  }
}

}  // namespace daris
