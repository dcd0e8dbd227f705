// Moments and tails against theory. Bounds are four standard errors, so that a correct sampler fails about
// once in 16,000 seeds, and the seed is fixed.
#include "workloads/arrivals/distributions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace daris {
namespace {

constexpr int kDraws = 400'000;
constexpr double kErrors = 4;

struct Moments {
  double mean = 0;
  double variance = 0;
  double above = 0;  // share above a threshold
};

Moments moments_of(const std::function<double(PhiloxStream&)>& draw, double threshold) {
  PhiloxStream stream({42, 0, 0, 0, DrawPurpose::kArrival});
  double sum = 0;
  double square_sum = 0;
  int above = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = draw(stream);
    sum += value;
    square_sum += value * value;
    above += value > threshold ? 1 : 0;
  }
  const double mean = sum / kDraws;
  return {mean, square_sum / kDraws - mean * mean, static_cast<double>(above) / kDraws};
}

double share_error(double share) { return kErrors * std::sqrt(share * (1 - share) / kDraws); }

TEST(Distributions, NormalHasItsMomentsAndTail) {
  const Moments moments = moments_of(draw_normal, 1.959964);
  EXPECT_NEAR(moments.mean, 0, kErrors / std::sqrt(kDraws));
  EXPECT_NEAR(moments.variance, 1, kErrors * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(moments.above, 0.025, share_error(0.025));
}

TEST(Distributions, ExponentialHasItsMomentsAndTail) {
  const Moments moments = moments_of(draw_exponential, 3);
  EXPECT_NEAR(moments.mean, 1, kErrors / std::sqrt(kDraws));
  EXPECT_NEAR(moments.variance, 1, kErrors * std::sqrt(8.0 / kDraws));
  EXPECT_NEAR(moments.above, std::exp(-3), share_error(std::exp(-3)));
}

// A Gamma's mean and variance are its shape, its fourth central moment 3 k^2 + 6 k.
TEST(Distributions, GammaHasItsMoments) {
  for (const double shape : {0.05, 0.25, 0.9, 1.0, 1.5, 4.0, 100.0}) {
    const Moments moments =
        moments_of([shape](PhiloxStream& stream) { return draw_gamma(stream, shape); }, shape);
    EXPECT_NEAR(moments.mean, shape, kErrors * std::sqrt(shape / kDraws)) << shape;
    EXPECT_NEAR(moments.variance, shape, kErrors * std::sqrt((2 * shape * shape + 6 * shape) / kDraws))
        << shape;
  }
}

TEST(Distributions, GammaHasItsTail) {
  // Shape 1 is exponential; shape 2 has the closed tail (1 + x) e^-x; shape 1/2 is half a squared normal.
  const auto above = [](double shape, double threshold) {
    return moments_of([shape](PhiloxStream& stream) { return draw_gamma(stream, shape); }, threshold).above;
  };
  EXPECT_NEAR(above(1, 2), std::exp(-2), share_error(std::exp(-2)));
  EXPECT_NEAR(above(2, 3), 4 * std::exp(-3), share_error(4 * std::exp(-3)));
  EXPECT_NEAR(above(0.5, 1.959964 * 1.959964 / 2), 0.05, share_error(0.05));
}

}  // namespace
}  // namespace daris
