#include "sim/contention.h"

#include <algorithm>

#include "policy/check.h"

namespace daris {
namespace {

constexpr std::size_t kVector = 4;  // doubles; two SSE2 registers

}  // namespace

Contention::Contention(const GpuModel& gpu)
    : gpu_(gpu),
      width_((gpu.contexts + kVector - 1) / kVector * kVector),
      load_(gpu.geometry.regions, 0.0),
      fair_part_(gpu.geometry.regions, 1.0),
      window_(gpu.geometry.regions * width_, 0.0),
      kept_(width_, 1.0),
      overlap_(gpu.contexts * width_, 0.0),
      window_load_(width_, 0.0),
      running_(std::size_t{gpu.contexts} * gpu.streams, nullptr),
      slowdown_(running_.size(), 1.0) {
  const std::size_t regions = load_.size();
  DARIS_CHECK(gpu.geometry.window.size() == gpu.contexts * regions);
  DARIS_CHECK(gpu.geometry.spread.size() == gpu.contexts * regions);
  for (std::size_t context = 0; context < gpu.contexts; ++context) {
    for (std::size_t region = 0; region < regions; ++region) {
      const double window = gpu.geometry.window[context * regions + region];
      window_[region * width_ + context] = window;
      for (std::size_t other = 0; other < gpu.contexts; ++other) {
        overlap_[other * width_ + context] += window * gpu.geometry.spread[other * regions + region];
      }
    }
  }
}

void Contention::add(std::uint32_t slot, double sign) {
  const StageCost& cost = *running_[slot];
  const std::size_t regions = load_.size();
  const std::size_t context = slot / gpu_.streams;
  const double* const spread = &gpu_.geometry.spread[context * regions];
  const double* const overlap = &overlap_[context * width_];
  const double demand = sign * cost.sm_demand;
  for (std::size_t region = 0; region < regions; ++region) load_[region] += demand * spread[region];
  for (std::size_t other = 0; other < width_; ++other) window_load_[other] += demand * overlap[other];
  machine_load_ += sign * cost.machine_share;
  memory_load_ += sign * cost.memory_demand;
}

void Contention::start(std::uint32_t slot, const StageCost& cost) {
  DARIS_CHECK(running_[slot] == nullptr);
  running_[slot] = &cost;
  add(slot, 1.0);
}

void Contention::stop(std::uint32_t slot) {
  DARIS_CHECK(running_[slot] != nullptr);
  add(slot, -1.0);
  running_[slot] = nullptr;
}

// A block of contexts at a time, so that the sums stay in registers.
void Contention::evaluate_contexts() {
  const std::size_t regions = load_.size();
  for (std::size_t region = 0; region < regions; ++region) fair_part_[region] = 1.0 / std::max(1.0, load_[region]);
  for (std::size_t block = 0; block < width_; block += kVector) {
    double kept[kVector] = {};
    const double* window = &window_[block];
    for (std::size_t region = 0; region < regions; ++region, window += width_) {
      for (std::size_t lane = 0; lane < kVector; ++lane) kept[lane] += window[lane] * fair_part_[region];
    }
    std::copy_n(kept, kVector, &kept_[block]);
  }
}

void Contention::evaluate() {
  evaluate_contexts();
  const std::size_t streams = gpu_.streams;
  for (std::size_t context = 0; context < gpu_.contexts; ++context) {
    for (std::size_t slot = context * streams; slot < (context + 1) * streams; ++slot) {
      if (running_[slot] == nullptr) continue;
      const StageCost& cost = *running_[slot];
      const double others_here = std::max(0.0, window_load_[context] - cost.sm_demand);
      const double others_anywhere = machine_load_ - cost.machine_share;
      const double interference = (1.0 + gpu_.friction * others_here) * (1.0 + gpu_.pressure * others_anywhere);
      slowdown_[slot] = interference / kept_[context];
    }
  }
  if (memory_load_ > 1.0) limit_by_bandwidth();
}

void Contention::limit_by_bandwidth() {
  for (std::size_t slot = 0; slot < running_.size(); ++slot) {
    if (running_[slot] == nullptr || running_[slot]->memory_demand <= 0) continue;
    slowdown_[slot] = std::max(slowdown_[slot], memory_load_);
  }
}

}  // namespace daris
