#include "base/histogram.h"

#include <algorithm>

#include "base/check.h"

namespace daris {
namespace {

// The last value of the bar of 1/8 octave that `value` lies in.
std::uint64_t bar_upper(std::uint64_t value) {
  constexpr std::uint32_t kBarBits = 3;
  if (value < (std::uint64_t{1} << kBarBits)) return value;
  const auto shift = static_cast<std::uint32_t>(std::bit_width(value)) - kBarBits - 1;
  return (((value >> shift) + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : counts_(kBuckets, 0) {}

void Histogram::add(const Histogram& other) {
  if (other.count_ == 0) return;
  for (std::size_t bucket = bucket_of(other.least_); bucket <= bucket_of(other.largest_); ++bucket) {
    counts_[bucket] += other.counts_[bucket];
  }
  count_ += other.count_;
  sum_ += other.sum_;
  least_ = std::min(least_, other.least_);
  largest_ = std::max(largest_, other.largest_);
}

std::uint64_t Histogram::least() const {
  DARIS_CHECK(count_ > 0);
  return least_;
}

std::uint64_t Histogram::largest() const {
  DARIS_CHECK(count_ > 0);
  return largest_;
}

double Histogram::mean() const {
  DARIS_CHECK(count_ > 0);
  return static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t Histogram::quantile(std::uint32_t ppm) const {
  constexpr std::uint32_t kWhole = 1'000'000;
  DARIS_CHECK(count_ > 0 && ppm <= kWhole);
  const std::uint64_t below = count_ / kWhole * ppm + (count_ % kWhole * ppm + kWhole - 1) / kWhole;
  return at_rank(std::max<std::uint64_t>(below, 1));
}

std::uint64_t Histogram::at_rank(std::uint64_t rank) const {
  DARIS_CHECK(1 <= rank && rank <= count_);
  std::uint64_t seen = 0;
  std::size_t bucket = bucket_of(least_);
  while ((seen += counts_[bucket]) < rank) ++bucket;
  return std::min(last_value(bucket), largest_);
}

std::uint64_t Histogram::count_above(std::uint64_t limit) const {
  if (count_ == 0 || largest_ <= limit) return 0;
  std::uint64_t above = count_;
  for (std::size_t bucket = bucket_of(least_); last_value(bucket) <= limit; ++bucket)
    above -= counts_[bucket];
  return above;
}

std::vector<Histogram::Bar> Histogram::bars() const {
  std::vector<Bar> result;
  if (count_ == 0) return result;
  for (std::size_t bucket = bucket_of(least_); bucket <= bucket_of(largest_); ++bucket) {
    if (counts_[bucket] == 0) continue;
    const std::uint64_t upper = bar_upper(last_value(bucket));
    if (result.empty() || result.back().upper != upper) result.push_back({upper, 0});
    result.back().count += counts_[bucket];
  }
  return result;
}

std::uint64_t Histogram::last_value(std::size_t bucket) {
  if (bucket < kLinear) return bucket;
  if (bucket == kBuckets - 1) return UINT64_MAX;  // it holds all larger values
  const std::size_t octave = (bucket >> kStepBits) - 1;
  const std::size_t step = bucket - (octave << kStepBits);
  return ((std::uint64_t{step} + 1) << octave) - 1;
}

}  // namespace daris
