// Logarithm and exponential in nothing but IEEE additions, multiplications and divisions, so that they give
// the same bits on any x86-64 machine, with any compiler and any C library. Relative error below 1e-15 where
// the result is normal.
#pragma once

namespace daris {

// The natural logarithm. REQUIRES: x > 0, finite.
[[nodiscard]] double portable_log(double x);

// e^x; 0 below -745, REQUIRES: x <= 709.
[[nodiscard]] double portable_exp(double x);

}  // namespace daris
