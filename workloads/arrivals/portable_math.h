// Logarithm and exponential from IEEE additions, multiplications and divisions alone. So they give the same
// bits on any x86-64 machine, with any compiler and any C library. The relative error is below 1e-15 if the
// result is normal.
#pragma once

namespace daris {

// The natural logarithm. REQUIRES: x > 0, finite.
[[nodiscard]] double portable_log(double x);

// e^x; 0 below -745. REQUIRES: x <= 709.
[[nodiscard]] double portable_exp(double x);

}  // namespace daris
