#include "workloads/models/random_weights.h"

#include <Random123/philox.h>

#include <cmath>
#include <string>
#include <string_view>

#include "base/check.h"

namespace daris {
namespace {

struct Range {
  float lower = 0;
  float upper = 0;
};

Range range_of(std::string_view name, const at::Tensor& weight) {
  if (weight.dim() > 1) {
    const std::int64_t inputs = weight.numel() / weight.size(0);
    // variance bound^2 / 3 = 2 / inputs
    const auto bound = static_cast<float>(std::sqrt(6.0 / static_cast<double>(inputs)));
    return {-bound, bound};
  }
  const bool scale = name.ends_with("weight") || name.ends_with("running_var");
  return scale ? Range{0.75F, 1.25F} : Range{-0.1F, 0.1F};
}

// Takes the upper 24 bits, so that every value is a float and none is rounded to 1.
float unit_interval(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24F; }

}  // namespace

void fill_uniform(const at::Tensor& tensor, std::uint64_t seed, std::uint32_t stream, float lower,
                  float upper) {
  DARIS_CHECK(tensor.is_contiguous() && tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat);
  const r123::Philox4x32 philox;
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  auto* const values = tensor.data_ptr<float>();
  const std::int64_t count = tensor.numel();
  for (std::int64_t first = 0; first < count; first += 4) {
    const auto block = static_cast<std::uint64_t>(first / 4);
    const r123::Philox4x32::ctr_type counter = {
        {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), stream, 0}};
    const auto words = philox(counter, key);
    for (std::int64_t word = 0; word < 4 && first + word < count; ++word) {
      values[first + word] = lower + (upper - lower) * unit_interval(words[static_cast<std::size_t>(word)]);
    }
  }
}

void draw_weights(Chain& chain, std::uint64_t seed) {
  std::uint32_t stream = 1;  // stream 0 is the example input's
  const auto draw = [&](const std::string& name, const at::Tensor& tensor) {
    if (!tensor.is_floating_point()) return;  // this is batch norm's count of batches
    const Range range = range_of(name, tensor);
    fill_uniform(tensor, seed, stream++, range.lower, range.upper);
  };
  for (const auto& parameter : chain.named_parameters()) draw(parameter.key(), parameter.value());
  for (const auto& buffer : chain.named_buffers()) draw(buffer.key(), buffer.value());
}

}  // namespace daris
