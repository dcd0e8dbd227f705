// Models how stages that run together slow each other down (docs/contention-model.md explains the model).
//
// A stage alone on the q SMs of its context takes the time T(q). It keeps a mean share u of the SMs busy,
// moves a share b of the bytes that the L2 cache can deliver, and runs k kernels (StageCost). While it runs
// beside others it takes `slowdown` times as long:
//
//   slowdown = sqrt(1 + L^2 - u^2) * (1 + `crossing` * o) + (b + `latency`) * B + h
//
// - L is what its SMs are asked for, by its own measure. On one SM it is the sum of the demands u of all
//   stages that see it, each times the ratio of its weight to the stage's own. Over the stage's window it is
//   the harmonic mean, since blocks go where there is room. If demands are far above what there is, the root
//   is L: SMs conserve work, and each stage gets a part of what it asks, by its weight. If means would have
//   room, the root is still above 1, and grows slowly at first. Demand comes in bursts, kernel by kernel, and
//   bursts collide though means fit. Adding in squares is the middle between the two. The weight is
//   d^`turns`, with d the mean length of the stage's kernels, less a factor of `priority` for each step that
//   the hardware puts the stage behind others. With `turns` at 0 all weigh alike. At 1 kernels take turns:
//   each waits for one kernel of every other stage, whatever its own length, since running blocks give no
//   way. Times beside other networks show that.
// - B is the sum of the b of all others, wherever they run: the L2 cache and what lies behind it are shared
//   by all. A stage that moves much waits much. Any stage waits a little, by `latency`: each load takes
//   longer while much is asked of the memory. This acts between disjoint partitions too.
// - o is the part of L that other contexts ask for.
// - h is `handover_ns` * k / T(q) if anything else runs. A GPU that serves several graphs brings each kernel
//   to its SMs later than one that serves a single graph. In the measurements it made no difference whether
//   one other stage ran or fifteen.
//
// The form was chosen on closed loops and times beside neighbours measured on an H100. Its parameters
// for each backend were fitted on them. The source of each parameter (sim/data/contention/) says how far the
// model is off, on shapes too on which it was not fitted. DRAM traffic as a limit of its own explained
// nothing more: it passes through the L2 cache and is counted there.
//
// Some oversubscription wins: at OS = 1 a stage is slow on its few SMs and leaves gaps there that no other
// stage fills. Wider windows make it faster alone, and its gaps are filled. A free-for-all can lose again,
// since the demands of all stages meet on every SM.
//
// So 0 < rate <= 1, and rate = 1 for a stage alone. The SMs are never given away twice, and one more
// co-runner never speeds another up.
//
// Deterministic: additions, multiplications, divisions and square roots of doubles in a fixed order, all
// exactly rounded by IEEE 754; weights by portable_exp(). The sums of demands are exact (sim/geometry.h), so
// the slow-downs depend on what runs now and not on how it came to that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/gpu_model.h"
#include "sim/lanes.h"

namespace daris {

// Knows what runs now, and how slowly. One owner, one thread. Allocates only in the constructor.
class Contention {
 public:
  // REQUIRES: `gpu` outlives this.
  explicit Contention(const GpuModel& gpu);

  // REQUIRES: nothing runs in `slot`; `cost` is of the slot's context and lives until stop().
  void start(std::uint32_t slot, const StageCost& cost);
  // REQUIRES: something runs in `slot`.
  void stop(std::uint32_t slot);

  // Computes the slow-downs of what runs now, after any number of start() and stop().
  void evaluate();
  // Returns the value of the last evaluate(), >= 1. REQUIRES: something runs in `slot`.
  [[nodiscard]] double slowdown(std::uint32_t slot) const { return slowdown_[slot]; }
  // By slot, and then one more if their number is odd. Anything where nothing runs.
  [[nodiscard]] const double* slowdowns() const { return slowdown_.data(); }

 private:
  // A demand in some context weighs on these two regions, by these parts.
  struct Weight {
    std::uint32_t regions;  // the first of both
    lanes::Doubles parts;
  };
  // Two contexts see this region, by these parts of their windows.
  struct Sight {
    std::uint32_t region;
    lanes::Doubles parts;
  };
  void find_weights();
  void find_sights();
  void find_watchers();
  void add(std::uint32_t slot, double sign);
  void ask(std::uint32_t pair);
  void add_crossing();

  const GpuModel& gpu_;
  // What is 0 is left out of these: it adds nothing to a sum.
  std::vector<std::vector<Weight>> weights_;  // by context
  std::vector<Sight> sights_;                 // `sights_a_pair_` for each pair of contexts, regions ascending
  std::size_t sights_a_pair_ = 0;
  std::vector<std::vector<std::uint32_t>> watchers_;  // by context: pairs that see what its demand weighs on
  double cache_load_ = 0;                             // sum of L2 demands
  std::uint32_t running_count_ = 0;
  // These are by region, up to an even number.
  std::vector<double> load_;               // sum of demands
  std::vector<double> room_;               // 1 / load; 0 if nothing runs
  std::vector<std::uint32_t> context_of_;  // by slot
  std::vector<const StageCost*> running_;  // by slot; null if nothing runs
  // These are by slot, up to an even number, of the stage that runs there or ran last. They are arrays, so
  // that all slots are computed side by side.
  std::vector<double> asked_squared_;  // L^2 of the slot's context; 0 if nothing runs
  std::vector<double> demand_squared_;
  std::vector<double> give_way_;
  std::vector<double> cache_demand_;
  std::vector<double> handover_;
  std::vector<double> slowdown_;  // anything for a slot in which nothing runs
};

}  // namespace daris
