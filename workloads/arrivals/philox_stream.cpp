#include "workloads/arrivals/philox_stream.h"

#include <Random123/philox.h>

#include "base/check.h"

namespace daris {

PhiloxStream::PhiloxStream(const StreamKey& key)
    : key_{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)},
      counter_{0, key.copy, key.group << 16 | static_cast<std::uint32_t>(key.purpose), key.replication} {
  DARIS_CHECK(key.group < 1U << 16 && static_cast<std::uint32_t>(key.purpose) < 1U << 16);
}

void PhiloxStream::refill() {
  const r123::Philox4x32::ctr_type counter = {{counter_[0], counter_[1], counter_[2], counter_[3]}};
  const r123::Philox4x32::key_type key = {{key_[0], key_[1]}};
  const r123::Philox4x32::ctr_type words = r123::Philox4x32()(counter, key);
  block_[0] = std::uint64_t{words[1]} << 32 | words[0];
  block_[1] = std::uint64_t{words[3]} << 32 | words[2];
  used_ = 0;
  ++counter_[0];
  DARIS_CHECK(counter_[0] != 0);  // 2^33 numbers of one task: no run comes near
}

std::uint64_t PhiloxStream::next_u64() {
  if (used_ == block_.size()) refill();
  return block_[used_++];
}

double PhiloxStream::next_unit() {
  // 52 bits and a half. That is exact in a double, symmetric, and never 0 or 1.
  return (static_cast<double>(next_u64() >> 12) + 0.5) * 0x1p-52;
}

std::uint64_t PhiloxStream::next_below(std::uint64_t bound) {
  DARIS_CHECK(bound > 0);
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(next_u64()) * bound >> 64);
}

}  // namespace daris
