// A log-linear histogram of non-negative integers, as HdrHistogram is. It gives the pooled quantiles of many
// runs without keeping their samples.
//
// Values below 512 have a bucket each. Above, every octave has 256 buckets, so that a bucket is at most 1/256
// (0.4%) of its values wide. Count, sum, least and largest value are exact. Adding histograms is exact too,
// and gives the same in any order. So quantiles of pooled replications do not depend on how the work was
// shared out.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace daris {

class Histogram {
 public:
  static constexpr std::uint64_t kLinear = 512;  // values below it are exact
  static constexpr std::uint32_t kStepBits = 8;  // 2^8 buckets an octave
  // Larger values are counted in the last bucket (2^44 ns: 4.9 hours).
  static constexpr std::uint32_t kBitsMax = 44;

  Histogram();

  // Never allocates. Values below 0 count as 0.
  void record(std::int64_t value) {
    const std::uint64_t known = value < 0 ? 0 : static_cast<std::uint64_t>(value);
    ++counts_[bucket_of(known)];
    ++count_;
    sum_ += known;
    if (known < least_) least_ = known;
    if (known > largest_) largest_ = known;
  }
  void add(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }
  // REQUIRES for these: count() > 0.
  [[nodiscard]] std::uint64_t least() const;
  [[nodiscard]] std::uint64_t largest() const;
  [[nodiscard]] double mean() const;
  // The smallest value v such that at least ceil(count * ppm / 10^6) values are <= v, to within a bucket. It
  // gives the bucket's last value, but never more than largest(). REQUIRES: 0 <= ppm <= 10^6.
  [[nodiscard]] std::uint64_t quantile(std::uint32_t ppm) const;
  // The `rank`-th smallest value, to within a bucket as quantile() gives it. REQUIRES: 1 <= rank <= count().
  [[nodiscard]] std::uint64_t at_rank(std::uint64_t rank) const;
  // How many values are above `limit`, each taken as quantile() would give it.
  [[nodiscard]] std::uint64_t count_above(std::uint64_t limit) const;

  struct Bar {
    std::uint64_t upper = 0;  // values up to and with this one
    std::uint64_t count = 0;
  };
  // The bars of 1/8 octave that are not empty, ascending; for documents.
  [[nodiscard]] std::vector<Bar> bars() const;

 private:
  [[nodiscard]] static std::size_t bucket_of(std::uint64_t value) {
    if (value < kLinear) return static_cast<std::size_t>(value);
    const auto octave = static_cast<std::uint32_t>(std::bit_width(value)) - kStepBits - 1;
    const std::size_t bucket = (std::size_t{octave} << kStepBits) + static_cast<std::size_t>(value >> octave);
    return bucket < kBuckets ? bucket : kBuckets - 1;
  }
  [[nodiscard]] static std::uint64_t last_value(std::size_t bucket);
  static constexpr std::size_t kBuckets = (std::size_t{kBitsMax - kStepBits} << kStepBits) + kLinear / 2;

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t least_ = UINT64_MAX;
  std::uint64_t largest_ = 0;
};

}  // namespace daris
