#include "experiment/sweep/id_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace daris {
namespace {

constexpr std::size_t kDigits = 16;
constexpr std::size_t kSlotsMin = 64;
constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;  // spreads ids that follow each other

}  // namespace

bool is_id(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == kDigits && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::uint64_t> id_number(std::string_view id) {
  if (!is_id(id)) return std::nullopt;
  std::uint64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number, 16);
  return number;
}

std::string id_text(std::uint64_t number) { return fmt::format("{:016x}", number); }

std::size_t IdSet::slot_of(std::uint64_t id) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = static_cast<std::size_t>((id * kGoldenRatio) >> 32) & mask;
  while (slots_[slot] != 0 && slots_[slot] != id) slot = (slot + 1) & mask;
  return slot;
}

void IdSet::grow() {
  std::vector<std::uint64_t> old(std::max(kSlotsMin, 2 * slots_.size()));
  old.swap(slots_);
  for (const std::uint64_t id : old)
    if (id != 0) slots_[slot_of(id)] = id;
}

bool IdSet::insert(std::uint64_t id) {
  if (contains(id)) return false;
  ++size_;
  if (id == 0) return has_zero_ = true;
  if (4 * size_ > 3 * slots_.size()) grow();
  slots_[slot_of(id)] = id;
  return true;
}

bool IdSet::contains(std::uint64_t id) const {
  if (id == 0) return has_zero_;
  return !slots_.empty() && slots_[slot_of(id)] == id;
}

}  // namespace daris
