// Least squares with few parameters inside bounds.
#pragma once

#include <Eigen/Core>
#include <functional>

namespace daris {

struct LeastSquaresProblem {
  std::function<Eigen::VectorXd(const Eigen::VectorXd&)> residuals;
  Eigen::VectorXd low;  // bounds of the parameters
  Eigen::VectorXd high;
  Eigen::VectorXd step;  // for the differences that give derivatives: large beside the residuals' own steps
};

// Levenberg-Marquardt with steps cut off at the bounds, from `start`. Deterministic. REQUIRES: `start` inside
// the bounds.
[[nodiscard]] Eigen::VectorXd minimize(const LeastSquaresProblem& problem, Eigen::VectorXd start);

}  // namespace daris
