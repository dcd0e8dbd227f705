// The order of ready stages and the queue that keeps it. Every policy that runs stages in slots uses this one
// key, one comparator and one container.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "policy/ids.h"

namespace daris {

// Keys are compared word by word, and the least goes first.
struct ReadyKey {
  std::uint64_t level_and_class = 0;  // level, then class
  std::int64_t time_ns = 0;           // virtual deadline, deadline or release, as the policy orders
  std::uint64_t job = 0;              // ordinal, then task: the order of JobId
  friend constexpr auto operator<=>(const ReadyKey&, const ReadyKey&) = default;
};

[[nodiscard]] constexpr std::uint64_t ready_key_job(JobId job) {
  return std::uint64_t{job.ordinal} << 32 | job.task.value();
}

// Place of a job in its policy's table of jobs.
using JobIndex = Index<struct JobIndexTag>;

// A binary heap. Allocates only if it outgrows its largest size so far.
class ReadyQueue {
 public:
  struct Entry {
    ReadyKey key;
    JobIndex job;
  };

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  void push(const ReadyKey& key, JobIndex job) {
    heap_.push_back({key, job});
    std::push_heap(heap_.begin(), heap_.end(), goes_after);
  }
  // Takes out the entry that is first in order. REQUIRES: !empty().
  Entry pop() {
    std::pop_heap(heap_.begin(), heap_.end(), goes_after);
    const Entry first = heap_.back();
    heap_.pop_back();
    return first;
  }

 private:
  [[nodiscard]] static bool goes_after(const Entry& a, const Entry& b) { return a.key > b.key; }
  std::vector<Entry> heap_;
};

}  // namespace daris
