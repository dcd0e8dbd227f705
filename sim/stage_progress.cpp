#include "sim/stage_progress.h"

#include <limits>

namespace daris {
namespace {

using lanes::Doubles;

// The largest whole number up to `value`, but at least 1. REQUIRES: value < 2^51.
Doubles whole_part(Doubles value) {
  const Doubles one = lanes::all(1.0);
  const Doubles nearest = value + lanes::kWholeDoubles - lanes::kWholeDoubles;
  const Doubles whole = nearest > value ? nearest - one : nearest;
  return whole < one ? one : whole;
}

}  // namespace

StageProgress::StageProgress(std::size_t slots)
    : marks_(lanes::padded(slots), 0),
      remaining_ns_(marks_.size(), 0.0),
      slowdown_(marks_.size(), 1.0),
      updated_ns_(marks_.size(), 0.0),
      ends_ns_(marks_.size(), 0.0) {}

// A stage without a slow-down yet has made no progress.
void StageProgress::begin(std::uint32_t slot, double alone_ns, Time now) {
  marks_[slot] = ~std::uint64_t{0};
  remaining_ns_[slot] = alone_ns;
  slowdown_[slot] = std::numeric_limits<double>::infinity();
  updated_ns_[slot] = static_cast<double>(now.ns());
}

void StageProgress::advance(Time now, const double* slowdowns) {
  const Doubles now_ns = lanes::all(static_cast<double>(now.ns()));
  double* const remaining_of = remaining_ns_.data();
  double* const slowdown_of = slowdown_.data();
  double* const updated_of = updated_ns_.data();
  double* const end_of = ends_ns_.data();
  const std::size_t slots = marks_.size();
  for (std::size_t slot = 0; slot < slots; slot += lanes::kCount) {
    const Doubles before = lanes::load(slowdown_of + slot);
    const Doubles after = lanes::load(slowdowns + slot);
    Doubles updated = lanes::load(updated_of + slot);
    Doubles remaining = lanes::load(remaining_of + slot);
    const auto holds = after == before;
    remaining = holds ? remaining : remaining - (now_ns - updated) / before;
    updated = holds ? updated : now_ns;
    lanes::store(slowdown_of + slot, after);
    lanes::store(updated_of + slot, updated);
    lanes::store(remaining_of + slot, remaining);
    lanes::store(end_of + slot, updated + whole_part(remaining * after + 0.5));
  }
}

}  // namespace daris
