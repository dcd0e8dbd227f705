// How stages that run together slow each other down.
//
// The model. A stage alone on the q SMs of its context takes T(q) and keeps a mean share u of them busy (StageCost). While it
// runs beside others, it takes `slowdown` times as long:
//
//   slowdown = max( crowding * (1 + friction * O) * (1 + pressure * P),  D where the stage has DRAM traffic )
//
//   crowding  SMs conserve work. Where the demands on a region of SMs add up to L <= 1, there is room for all; where L > 1 each
//             gets the fair part 1 / L of what it asks. A stage spreads its blocks over all SMs of its context, so what it
//             keeps is the mean over its window of 1 / max(1, L), and crowding is the inverse.
//   friction  O is the co-runners' demand on the same SMs (mean over the window of L, less its own u). A stage's demand comes
//             in bursts, kernel by kernel: even where means have room, bursts collide, and blocks of several stages on one
//             SM share its L1, its schedulers and its registers. The cost grows with how many others there are on an SM: this
//             is why some oversubscription wins (bursts of one fill the gaps of another) and a free-for-all loses again.
//   pressure  P is the others' demand on the whole machine, as a share of its SMs: L2, memory controllers, clocks. It acts
//             between disjoint partitions too.
//   D         the sum of the DRAM demands: bandwidth is shared in proportion to what is asked (gpu-notes.md:
//             rate = min(SM rate, bandwidth share / bandwidth demand)).
//
// So 0 < rate <= 1, rate = 1 for a stage alone, and one more co-runner never speeds another up.
//
// Deterministic: additions, multiplications, divisions and maxima of doubles in a fixed order; the sums of demands are exact
// (sim/gpu_model.h), so the slow-downs depend on what runs now and not on how it came to that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/gpu_model.h"

namespace daris {

// What runs now, and how slowly. One owner, one thread. Allocates only in the constructor.
class Contention {
 public:
  // REQUIRES: `gpu` outlives this.
  explicit Contention(const GpuModel& gpu);

  // REQUIRES: nothing runs in `slot`; `cost` is of the slot's context and lives until stop().
  void start(std::uint32_t slot, const StageCost& cost);
  // REQUIRES: something runs in `slot`.
  void stop(std::uint32_t slot);

  // Computes the slow-downs of what runs now; after any number of start() and stop().
  void evaluate();
  // As of the last evaluate(), >= 1. REQUIRES: something runs in `slot`.
  [[nodiscard]] double slowdown(std::uint32_t slot) const { return slowdown_[slot]; }

 private:
  void add(std::uint32_t slot, double sign);
  void evaluate_contexts();
  void limit_by_bandwidth();

  const GpuModel& gpu_;
  std::size_t width_;                 // contexts, padded to whole vectors
  double machine_load_ = 0;           // sum of machine shares
  double memory_load_ = 0;            // sum of DRAM demands
  std::vector<double> load_;          // by region: sum of demands
  std::vector<double> fair_part_;     // by region: 1 / max(1, load)
  std::vector<double> window_;        // [region * width + context]: the geometry's, transposed
  std::vector<double> kept_;          // by context: mean over the window of 1 / max(1, load)
  std::vector<double> overlap_;       // [context * width + other]: how much of a context's demand weighs on the other's SMs
  std::vector<double> window_load_;   // by context: mean over the window of load
  std::vector<const StageCost*> running_;  // by slot; null where nothing runs
  std::vector<double> slowdown_;      // by slot
};

}  // namespace daris
