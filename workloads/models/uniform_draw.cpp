#include "workloads/models/uniform_draw.h"

#include <Random123/philox.h>

#include "base/check.h"

namespace daris {
namespace {

// Takes the upper 24 bits, so that every value is a float and none is rounded to 1.
float unit_interval(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24F; }

}  // namespace

void fill_uniform_on_cpu(const at::Tensor& tensor, const UniformDraw& draw) {
  DARIS_CHECK(tensor.is_contiguous() && tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat);
  const r123::Philox4x32 philox;
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(draw.seed), static_cast<std::uint32_t>(draw.seed >> 32)}};
  auto* const values = tensor.data_ptr<float>();
  const std::int64_t count = tensor.numel();
  for (std::int64_t first = 0; first < count; first += 4) {
    const auto block = static_cast<std::uint64_t>(first / 4);
    const r123::Philox4x32::ctr_type counter = {
        {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), draw.stream, 0}};
    const auto words = philox(counter, key);
    for (std::int64_t word = 0; word < 4 && first + word < count; ++word) {
      values[first + word] =
          draw.lower + (draw.upper - draw.lower) * unit_interval(words[static_cast<std::size_t>(word)]);
    }
  }
}

}  // namespace daris
