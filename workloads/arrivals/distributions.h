// Samples of the distributions that arrivals need, from a counter-based stream. They are the same bits
// everywhere.
#pragma once

#include "workloads/arrivals/philox_stream.h"

namespace daris {

// Mean 0, variance 1 (Marsaglia's polar method, one of the pair).
[[nodiscard]] double draw_normal(PhiloxStream& stream);

// Mean 1.
[[nodiscard]] double draw_exponential(PhiloxStream& stream);

// Gamma of scale 1, so of mean `shape` and variance `shape` (Marsaglia and Tsang, "A simple method for
// generating gamma variables", 2000). REQUIRES: shape > 0.
[[nodiscard]] double draw_gamma(PhiloxStream& stream, double shape);

}  // namespace daris
