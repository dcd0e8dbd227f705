// Least squares with few parameters inside bounds.
#pragma once

#include <Eigen/Core>
#include <functional>

namespace daris {

struct LeastSquaresProblem {
  std::function<Eigen::VectorXd(const Eigen::VectorXd&)> residuals;
  Eigen::VectorXd low;  // bounds of the parameters
  Eigen::VectorXd high;
  Eigen::VectorXd step;  // for derivatives by differences: large beside the residuals' own steps
};

// Levenberg-Marquardt from `start`, with steps cut off at the bounds. Deterministic. REQUIRES: `start` lies
// inside the bounds.
[[nodiscard]] Eigen::VectorXd minimize(const LeastSquaresProblem& problem, Eigen::VectorXd start);

}  // namespace daris
