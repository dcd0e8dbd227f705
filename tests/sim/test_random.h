// Random numbers for tests: Philox keyed by a seed. The same seed gives the same numbers on any machine.
#pragma once

#include <Random123/philox.h>

#include <cstdint>

namespace daris {

class TestRandom {
 public:
  explicit TestRandom(std::uint32_t seed) : key_{{seed, 0x7E57U}} {}

  std::uint64_t bits() {
    const r123::Philox4x32::ctr_type counter = {
        {static_cast<std::uint32_t>(count_), static_cast<std::uint32_t>(count_ >> 32), 0, 0}};
    ++count_;
    const r123::Philox4x32::ctr_type value = r123::Philox4x32()(counter, key_);
    return (static_cast<std::uint64_t>(value[0]) << 32) | value[1];
  }
  // In [0, limit). REQUIRES: limit > 0.
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(bits() % limit); }
  // In (0, 1].
  double unit() {
    return (static_cast<double>(bits() >> 11) + 1.0) / static_cast<double>(std::uint64_t{1} << 53);
  }

 private:
  r123::Philox4x32::key_type key_;
  std::uint64_t count_ = 0;
};

}  // namespace daris
