// What batches of one group cost (docs/scheduler.md, "daris-batched"): the AFET of each size, corrected by
// one ratio that is learned from every batch, whatever its size.
//
// A maximum kept for each size by itself would lock a size out for good after one bad phase, since it would
// never run again. One ratio for all sizes can't.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/ids.h"
#include "policy/setup.h"

namespace daris {

// Sizes are indices into the times of the set-up. Threads: one caller at a time. Allocates in the constructor
// only.
class BatchCosts {
 public:
  // `least_deadline`: the shortest relative deadline of the group's tasks. REQUIRES: a group as
  // policy/setup_check.h wants it.
  BatchCosts(const BatchGroupSetup& setup, Duration least_deadline, const PolicySwitches& switches);

  // The sizes that are tried, B included. A job that needs more gets a larger one.
  [[nodiscard]] std::size_t tried_sizes() const { return tried_; }
  [[nodiscard]] std::uint32_t inputs(std::size_t size) const { return inputs_[size]; }
  // The smallest profiled size that holds so many inputs. REQUIRES: there is one.
  [[nodiscard]] std::size_t size_for(std::uint32_t inputs) const;
  // The largest size up to B that takes at most two thirds of the shortest deadline, else the smallest size.
  [[nodiscard]] std::size_t usual_size() const { return usual_; }
  [[nodiscard]] std::uint32_t stages() const { return stages_; }

  // The time that a batch will take, as promises count it: from the largest recent ratio.
  [[nodiscard]] Duration will_take(std::size_t size) const { return will_take_[size]; }
  // The time that a batch will hardly exceed, for level 0: from a maximum of the ratio that decays slowly.
  [[nodiscard]] Duration surely_takes(std::size_t size) const { return surely_takes_[size]; }
  // The same for what is left of a batch that is about to run `stage`.
  [[nodiscard]] Duration will_take_from(std::size_t size, StageIndex stage) const;
  // The time that a batch costs in the mean.
  [[nodiscard]] Duration costs(std::size_t size) const { return costs_[size]; }
  // The time that each stage of a batch will take.
  [[nodiscard]] std::span<const Duration> stage_estimates(std::size_t size) const {
    return {&stage_estimates_[size * stages_], stages_};
  }

  // Says that a batch of this size had its slot for `ran`, over all its stages.
  void record(std::size_t size, Duration ran);

 private:
  void apply_ratios();

  std::vector<std::uint32_t> inputs_;
  std::vector<Duration> afet_;        // by size
  std::vector<Duration> stage_afet_;  // by size and stage
  std::size_t tried_ = 0;
  std::uint32_t stages_ = 1;
  Duration least_deadline_;
  bool fixed_;                            // nothing is learned
  std::int64_t safe_ppm_;  // measured over AFET, a maximum that decays
  std::int64_t mean_ppm_;                 // measured over AFET, moving mean
  std::vector<std::int64_t> recent_ppm_;  // a ring of the last ratios
  std::size_t next_recent_ = 0;
  std::size_t recent_count_ = 0;
  std::size_t usual_ = 0;
  std::vector<Duration> will_take_;        // by size
  std::vector<Duration> surely_takes_;     // by size
  std::vector<Duration> costs_;            // by size
  std::vector<Duration> stage_estimates_;  // by size and stage
};

}  // namespace daris
