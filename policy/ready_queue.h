// The order of ready stages and the queue that keeps it. Every policy that runs stages in slots uses this one
// key, one comparator and one container.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "base/wide_integer.h"
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
    std::push_heap(heap_.begin(), heap_.end(), GoesAfter());
  }
  // Takes out the entry that is first in order. REQUIRES: !empty().
  Entry pop() {
    std::pop_heap(heap_.begin(), heap_.end(), GoesAfter());
    const Entry first = heap_.back();
    heap_.pop_back();
    return first;
  }

 private:
  // Says what `a.key > b.key` says, with one comparison that is hard to guess instead of two. It is a type,
  // so that the heap's functions have it inlined.
  struct GoesAfter {
    [[nodiscard]] static UnsignedWideInteger first_words(const ReadyKey& key) {
      constexpr std::uint64_t kSign = std::uint64_t{1} << 63;  // negative times come first
      return UnsignedWideInteger{key.level_and_class} << 64 |
             (static_cast<std::uint64_t>(key.time_ns) ^ kSign);
    }
    [[nodiscard]] bool operator()(const Entry& a, const Entry& b) const {
      const UnsignedWideInteger words_of_a = first_words(a.key);
      const UnsignedWideInteger words_of_b = first_words(b.key);
      if (words_of_a == words_of_b) [[unlikely]]
        return a.key.job > b.key.job;
      return words_of_a > words_of_b;
    }
  };
  std::vector<Entry> heap_;
};

}  // namespace daris
