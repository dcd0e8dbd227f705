#include "sim/contention.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace daris {
namespace {

constexpr std::size_t kVector = 4;  // doubles; two SSE2 registers
// Rounding leaves at most this of the square of a demand if a stage shares its SMs with no other.
constexpr double kRounding = 1e-14;

}  // namespace

Contention::Contention(const GpuModel& gpu)
    : gpu_(gpu),
      width_((gpu.contexts + kVector - 1) / kVector * kVector),
      load_(gpu.geometry.regions, 0.0),
      window_(gpu.geometry.regions * width_, 0.0),
      room_(load_.size(), 0.0),
      asked_squared_(width_, 0.0),
      running_(std::size_t{gpu.contexts} * gpu.streams, nullptr),
      demand_squared_(running_.size(), 0.0),
      give_way_(running_.size(), 0.0),
      cache_demand_(running_.size(), 0.0),
      handover_(running_.size(), 0.0),
      asked_of_slot_(running_.size(), 0.0),
      slowdown_(running_.size(), 1.0) {
  const std::size_t regions = load_.size();
  DARIS_CHECK(gpu.geometry.window.size() == gpu.contexts * regions);
  DARIS_CHECK(gpu.geometry.spread.size() == gpu.contexts * regions);
  for (std::size_t context = 0; context < gpu.contexts; ++context) {
    for (std::size_t region = 0; region < regions; ++region) {
      window_[region * width_ + context] = gpu.geometry.window[context * regions + region];
    }
  }
}

void Contention::add(std::uint32_t slot, double sign) {
  const StageCost& cost = *running_[slot];
  const std::size_t regions = load_.size();
  const double* const spread = &gpu_.geometry.spread[(slot / gpu_.streams) * regions];
  const double demand = sign * cost.sm_demand;
  for (std::size_t region = 0; region < regions; ++region) load_[region] += demand * spread[region];
  cache_load_ += sign * cost.cache_demand;
}

void Contention::put(std::uint32_t slot, const StageCost& cost) {
  demand_squared_[slot] = cost.sm_demand * cost.sm_demand;
  give_way_[slot] = cost.give_way;
  cache_demand_[slot] = cost.cache_demand;
  handover_[slot] = cost.handover;
}

void Contention::start(std::uint32_t slot, const StageCost& cost) {
  DARIS_CHECK(running_[slot] == nullptr);
  running_[slot] = &cost;
  ++running_count_;
  put(slot, cost);
  add(slot, 1.0);
}

void Contention::stop(std::uint32_t slot) {
  DARIS_CHECK(running_[slot] != nullptr);
  add(slot, -1.0);
  --running_count_;
  running_[slot] = nullptr;
}

// Takes a block of contexts at a time, so that the sums stay in registers.
void Contention::evaluate_contexts() {
  const std::size_t regions = load_.size();
  const double* __restrict const load = load_.data();
  double* __restrict const room = room_.data();
  for (std::size_t region = 0; region < regions; ++region)
    room[region] = load[region] > 0 ? 1 / load[region] : 0;
  for (std::size_t block = 0; block < width_; block += kVector) {
    double shared[kVector] = {};
    const double* window = &window_[block];
    for (std::size_t region = 0; region < regions; ++region) {
      for (std::size_t lane = 0; lane < kVector; ++lane) shared[lane] += window[lane] * room[region];
      window += width_;
    }
    // The square of the harmonic mean.
    for (std::size_t lane = 0; lane < kVector; ++lane)
      asked_squared_[block + lane] = shared[lane] > 0 ? 1 / (shared[lane] * shared[lane]) : 0;
  }
}

void Contention::evaluate() {
  evaluate_contexts();
  const std::size_t streams = gpu_.streams;
  const std::size_t slots = slowdown_.size();
  if (streams > 1) {
    for (std::size_t slot = 0; slot < slots; ++slot) asked_of_slot_[slot] = asked_squared_[slot / streams];
  }
  const double shared = running_count_ > 1 ? 1.0 : 0.0;
  const double latency = gpu_.memory_latency;
  const double cache_load = cache_load_;
  const double* __restrict const asked = streams > 1 ? asked_of_slot_.data() : asked_squared_.data();
  const double* __restrict const own = demand_squared_.data();
  const double* __restrict const give_way = give_way_.data();
  const double* __restrict const cache = cache_demand_.data();
  const double* __restrict const handover = handover_.data();
  double* __restrict const slowdown = slowdown_.data();
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const double crowd = asked[slot] - own[slot];
    const double others_here = crowd > kRounding ? crowd : 0;
    const double cache_wait = (cache[slot] + latency) * (cache_load - cache[slot]);
    slowdown[slot] = std::sqrt(1.0 + others_here * give_way[slot]) + cache_wait + shared * handover[slot];
  }
  if (gpu_.crossing > 0) add_crossing();
}

// What stages of several contexts on the same SMs take longer, by the share of other contexts in what is
// asked there.
void Contention::add_crossing() {
  const std::size_t streams = gpu_.streams;
  for (std::size_t context = 0; context < gpu_.contexts; ++context) {
    double own = 0;
    for (std::size_t slot = context * streams; slot < (context + 1) * streams; ++slot) {
      if (running_[slot] != nullptr) own += running_[slot]->sm_demand;
    }
    const double crowd = asked_squared_[context] - own * own;
    if (own == 0 || crowd <= kRounding) continue;
    const double others = 1 - own / std::sqrt(asked_squared_[context]);
    for (std::size_t slot = context * streams; slot < (context + 1) * streams; ++slot) {
      const double here = asked_squared_[context] - demand_squared_[slot];
      slowdown_[slot] += gpu_.crossing * others * std::sqrt(1.0 + std::max(here, 0.0) * give_way_[slot]);
    }
  }
}

}  // namespace daris
