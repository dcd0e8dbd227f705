#include "runtime/mps/command_ring.h"

#include "base/check.h"

namespace daris {

bool CommandRing::push(std::span<const std::uint32_t> message) {
  DARIS_CHECK(!message.empty() && message.size() <= kMessageMax);
  const std::uint32_t begin = pushed_.load(std::memory_order_relaxed);
  const std::uint32_t used = begin - popped_.load(std::memory_order_acquire);
  if (kWords - used < message.size() + 1) return false;
  std::uint32_t at = begin;
  words_[at++ % kWords] = static_cast<std::uint32_t>(message.size());
  for (const std::uint32_t word : message) words_[at++ % kWords] = word;
  pushed_.store(at, std::memory_order_release);
  return true;
}

bool CommandRing::pop(std::vector<std::uint32_t>& message) {
  const std::uint32_t begin = popped_.load(std::memory_order_relaxed);
  if (pushed_.load(std::memory_order_acquire) == begin) return false;
  std::uint32_t at = begin;
  message.resize(words_[at++ % kWords]);
  for (std::uint32_t& word : message) word = words_[at++ % kWords];
  popped_.store(at, std::memory_order_release);
  return true;
}

}  // namespace daris
