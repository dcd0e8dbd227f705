// For tests: an engine without a GPU, whose jobs take as long as they are told.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/mps/monotonic_ns.h"
#include "runtime/rivals/client_loop.h"

namespace daris::testing {

class TimedEngine final : public RivalEngine {
 public:
  // Job k takes times[k]; the last time is that of all jobs after it.
  explicit TimedEngine(std::vector<std::int64_t> times_ns) : times_ns_(std::move(times_ns)) {}

  void launch() override {
    const std::size_t job = launched_ < times_ns_.size() ? launched_ : times_ns_.size() - 1;
    end_ns_ = monotonic_ns() + times_ns_[job];
    ++launched_;
  }
  bool ended() override { return monotonic_ns() >= end_ns_; }

  [[nodiscard]] std::size_t launched() const { return launched_; }

 private:
  std::vector<std::int64_t> times_ns_;
  std::int64_t end_ns_ = 0;
  std::size_t launched_ = 0;
};

}  // namespace daris::testing
