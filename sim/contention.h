// How stages that run together slow each other down.
//
// The model. A stage alone on the q SMs of its context takes T(q) and keeps a mean share u of them busy,
// moves a share b of the bytes that the L2 cache can deliver, and runs k kernels (StageCost). While it runs
// beside others it takes `slowdown` times as long:
//
//   slowdown = sqrt(1 + L^2 - u^2) + b * B + h
//
//   L   what its SMs are asked for, by its own measure. On one SM: the sum of the demands u of all stages
//   that see it, each
//       times the ratio of its weight to the stage's own. Over the stage's window: the harmonic mean, as
//       blocks go where there is room. Where demands are far above what there is, the root is L: SMs conserve
//       work, each stage gets a part of what it asks by its weight. Where means would have room it is still
//       above 1, and grows slowly at first: demand comes in bursts, kernel by kernel, and bursts collide
//       though means fit. Adding in squares is the middle between the two. The weight is d^`turns`, with d
//       the mean length of the stage's kernels. At 0 all weigh alike. At 1 kernels take turns: each waits for
//       one kernel of every other stage, whatever its own length, since blocks that run give no way; that is
//       what times beside other networks show.
//   B   the sum of the b of all others, wherever they run: the L2 cache and what lies behind it are
//   everybody's. A stage that
//       moves much waits much; this acts between disjoint partitions too.
//   h   `handover_ns` * k / T(q) where anything else runs: a GPU that serves several graphs brings each
//   kernel to its SMs
//       later than one that serves a single graph. Whether one or fifteen others run makes no difference in
//       what was measured.
//
// The form was chosen, and its three parameters a mechanism fitted, on closed loops and times beside
// neighbours measured on an H100; how far it is off, on shapes it was not fitted on too, stands in the source
// of each parameter (sim/data/contention/). DRAM traffic as a limit of its own explained nothing more: it
// passes through the L2 cache and is counted there.
//
// Why some oversubscription wins: at OS = 1 a stage is slow on its few SMs and leaves gaps there that nobody
// fills; wider windows make it faster alone, and its gaps are filled. Why a free-for-all can lose again:
// demands of all meet on every SM.
//
// So 0 < rate <= 1, rate = 1 for a stage alone, the SMs are never given away twice, and one more co-runner
// never speeds another up.
//
// Deterministic: additions, multiplications, divisions and square roots of doubles (all exactly rounded by
// IEEE 754) in a fixed order, weights by portable_exp(); the sums of demands are exact (sim/geometry.h), so
// the slow-downs depend on what runs now and not on how it came to that.
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
  void put(std::uint32_t slot, const StageCost& cost);
  void evaluate_contexts();

  const GpuModel& gpu_;
  std::size_t width_;      // contexts, padded to whole vectors
  double cache_load_ = 0;  // sum of L2 demands
  std::uint32_t running_count_ = 0;
  std::vector<double> load_;               // by region: sum of demands
  std::vector<double> window_;             // [region * width + context]: the geometry's, transposed
  std::vector<double> room_;               // by region: 1 / load; 0 where nothing runs
  std::vector<double> asked_squared_;      // L^2 by context, 0 where nothing runs
  std::vector<const StageCost*> running_;  // by slot; null where nothing runs
  // By slot, of what runs there or ran last; arrays, so that all slots are computed side by side.
  std::vector<double> demand_squared_;
  std::vector<double> give_way_;
  std::vector<double> cache_demand_;
  std::vector<double> handover_;
  std::vector<double> asked_of_slot_;  // L^2 again, where contexts have several streams
  std::vector<double> slowdown_;       // of a slot where nothing runs: anything
};

}  // namespace daris
