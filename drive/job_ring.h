// The jobs of one task that are not settled yet, in order of release.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/time.h"

namespace daris {

enum class JobState : std::uint8_t { kReleased, kAdmitted, kSettledInTime, kSettledMissed, kSettledRejected };

struct JobRecord {
  Time nominal_release;
  Time seen;  // `now` of the step that brought the release
  JobState state = JobState::kReleased;
  bool counted = false;   // it was released inside the window
  bool migrated = false;  // the home of its task moved for it
};

// A ring indexed by ordinal. REQUIRES: ordinals are pushed one by one, ascending. Allocates only if more jobs
// are unsettled than ever before.
class JobRing {
 public:
  void push(std::uint32_t ordinal, const JobRecord& record) {
    if (head_ == next_) head_ = next_ = ordinal;
    DARIS_CHECK(ordinal == next_);
    if (next_ - head_ == records_.size()) grow();
    records_[next_++ & mask()] = record;
  }
  [[nodiscard]] bool holds(std::uint32_t ordinal) const { return ordinal - head_ < next_ - head_; }
  // REQUIRES: holds(ordinal).
  [[nodiscard]] JobRecord& at(std::uint32_t ordinal) {
    DARIS_CHECK(holds(ordinal));
    return records_[ordinal & mask()];
  }
  [[nodiscard]] bool empty() const { return head_ == next_; }
  // REQUIRES for front() and pop(): !empty().
  [[nodiscard]] JobRecord& front() { return records_[head_ & mask()]; }
  void pop() { ++head_; }

 private:
  [[nodiscard]] std::uint32_t mask() const { return static_cast<std::uint32_t>(records_.size()) - 1; }
  void grow() {
    std::vector<JobRecord> larger(records_.size() * 2);
    const auto larger_mask = static_cast<std::uint32_t>(larger.size()) - 1;
    for (std::uint32_t ordinal = head_; ordinal != next_; ++ordinal)
      larger[ordinal & larger_mask] = records_[ordinal & mask()];
    records_ = std::move(larger);
  }

  std::vector<JobRecord> records_ = std::vector<JobRecord>(4);
  std::uint32_t head_ = 0;
  std::uint32_t next_ = 0;
};

}  // namespace daris
