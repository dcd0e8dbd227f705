#include "sim/contention.h"

#include <algorithm>
#include <cmath>

#include "policy/check.h"

namespace daris {
namespace {

constexpr std::size_t kVector = 4;  // doubles; two SSE2 registers
// What rounding leaves of the square of a demand where a stage shares its SMs with nobody.
constexpr double kRounding = 1e-14;

}  // namespace

Contention::Contention(const GpuModel& gpu)
    : gpu_(gpu),
      width_((gpu.contexts + kVector - 1) / kVector * kVector),
      load_(gpu.geometry.regions, 0.0),
      window_(gpu.geometry.regions * width_, 0.0),
      room_(load_.size(), 0.0),
      shared_room_(width_, 0.0),
      running_(std::size_t{gpu.contexts} * gpu.streams, nullptr),
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

void Contention::start(std::uint32_t slot, const StageCost& cost) {
  DARIS_CHECK(running_[slot] == nullptr);
  running_[slot] = &cost;
  ++running_count_;
  add(slot, 1.0);
}

void Contention::stop(std::uint32_t slot) {
  DARIS_CHECK(running_[slot] != nullptr);
  add(slot, -1.0);
  --running_count_;
  running_[slot] = nullptr;
}

// A block of contexts at a time, so that the sums stay in registers.
void Contention::evaluate_contexts() {
  std::transform(load_.begin(), load_.end(), room_.begin(), [](double load) { return load > 0 ? 1 / load : 0; });
  for (std::size_t block = 0; block < width_; block += kVector) {
    double shared[kVector] = {};
    const double* window = &window_[block];
    for (const double room : room_) {
      for (std::size_t lane = 0; lane < kVector; ++lane) shared[lane] += window[lane] * room;
      window += width_;
    }
    std::copy_n(shared, kVector, &shared_room_[block]);
  }
}

void Contention::evaluate() {
  evaluate_contexts();
  const double shared = running_count_ > 1 ? 1.0 : 0.0;
  const std::size_t streams = gpu_.streams;
  for (std::size_t context = 0; context < gpu_.contexts; ++context) {
    for (std::size_t slot = context * streams; slot < (context + 1) * streams; ++slot) {
      if (running_[slot] == nullptr) continue;
      const StageCost& cost = *running_[slot];
      const double crowd = 1 / (shared_room_[context] * shared_room_[context]) - cost.sm_demand * cost.sm_demand;
      const double others_here = crowd > kRounding ? crowd : 0;
      const double cache_wait = cost.cache_demand * (cache_load_ - cost.cache_demand);
      slowdown_[slot] = std::sqrt(1.0 + others_here * cost.give_way) + cache_wait + shared * cost.handover;
    }
  }
}

}  // namespace daris
