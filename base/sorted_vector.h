// A sorted vector whose first values can be taken out without moving the others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"

namespace daris {

// Values are ordered by <, and no two of them are equal. Threads: one caller at a time. Allocates only if it
// outgrows its largest size so far.
template <typename T>
class SortedVector {
 public:
  [[nodiscard]] bool empty() const { return head_ == values_.size(); }
  [[nodiscard]] std::size_t size() const { return values_.size() - head_; }
  // In order.
  [[nodiscard]] std::span<const T> values() const { return {values_.data() + head_, size()}; }

  void add(const T& value) {
    if (head_ > 0 && !empty() && value < values_[head_]) {
      values_[--head_] = value;
      return;
    }
    if (values_.size() == values_.capacity() && head_ > values_.size() / 2) {
      values_.erase(values_.begin(), begin());
      head_ = 0;
    }
    values_.insert(std::upper_bound(begin(), values_.end(), value), value);
  }

  // The place of a value that is there.
  [[nodiscard]] std::uint32_t place_of(const T& value) const {
    const auto all = values();
    return static_cast<std::uint32_t>(std::lower_bound(all.begin(), all.end(), value) - all.begin());
  }

  // Takes out the first value. REQUIRES: !empty().
  T take_first() {
    DARIS_CHECK(!empty());
    const T first = values_[head_++];
    if (empty()) clear();
    return first;
  }

  // Takes out the values at these places of values(), which ascend.
  void take(std::span<const std::uint32_t> places) {
    if (places.empty()) return;
    // Those that stay in front of the last one taken move up to it.
    std::size_t to = head_ + places.back();
    std::size_t taken = places.size();
    for (std::size_t from = to + 1; from-- > head_;) {
      if (taken > 0 && head_ + places[taken - 1] == from) {
        --taken;
      } else {
        values_[to--] = values_[from];
      }
    }
    head_ += places.size();
    if (empty()) clear();
  }

  void clear() {
    values_.clear();
    head_ = 0;
  }

 private:
  [[nodiscard]] auto begin() { return values_.begin() + static_cast<std::ptrdiff_t>(head_); }

  std::vector<T> values_;
  std::size_t head_ = 0;  // what is before it has left
};

}  // namespace daris
