#include "analysis/report/mser.h"

#include <vector>

namespace daris {
namespace {

// The last few batches have a small variance by chance.
constexpr std::size_t kRestMin = 5;

std::vector<double> batch_means(std::span<const double> values) {
  std::vector<double> means(values.size() / kMserBatch);
  for (std::size_t batch = 0; batch < means.size(); ++batch) {
    double sum = 0;
    for (const double value : values.subspan(batch * kMserBatch, kMserBatch)) sum += value;
    means[batch] = sum / kMserBatch;
  }
  return means;
}

// [d]: the mean square deviation of the batches from the d-th on, over their number. Welford's way, from the
// last one backwards, so that nothing cancels.
std::vector<double> variances_of_the_rest(std::span<const double> batches) {
  std::vector<double> variances(batches.size());
  double mean = 0;
  double squares = 0;
  for (std::size_t count = 1; count <= batches.size(); ++count) {
    const double value = batches[batches.size() - count];
    const double before = value - mean;
    mean += before / static_cast<double>(count);
    squares += before * (value - mean);
    variances[batches.size() - count] = squares / static_cast<double>(count) / static_cast<double>(count);
  }
  return variances;
}

}  // namespace

Truncation mser5(std::span<const double> values) {
  const std::vector<double> batches = batch_means(values);
  if (batches.size() < 2 * kRestMin) return {};
  const std::vector<double> variances = variances_of_the_rest(batches);
  std::size_t best = 0;
  std::size_t best_of_first_half = 0;
  for (std::size_t d = 0; d + kRestMin <= batches.size(); ++d) {
    if (variances[d] < variances[best]) best = d;
    if (d <= batches.size() / 2 && variances[d] < variances[best_of_first_half]) best_of_first_half = d;
  }
  return {best_of_first_half * kMserBatch, best <= batches.size() / 2};
}

}  // namespace daris
