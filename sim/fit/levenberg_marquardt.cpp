#include "sim/fit/levenberg_marquardt.h"

#include <Eigen/Cholesky>

namespace daris {
namespace {

constexpr int kIterationsMax = 60;
constexpr double kDampingStart = 1e-3;
constexpr double kDampingMax = 1e8;
constexpr double kGainMin = 1e-7;  // relative gain of the cost; below it the search has converged

// One-sided differences, towards the inside of the bounds.
Eigen::MatrixXd derivatives(const LeastSquaresProblem& problem, const Eigen::VectorXd& at,
                            const Eigen::VectorXd& there) {
  Eigen::MatrixXd jacobian(there.size(), at.size());
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    Eigen::VectorXd moved = at;
    moved[i] += at[i] + problem.step[i] <= problem.high[i] ? problem.step[i] : -problem.step[i];
    jacobian.col(i) = (problem.residuals(moved) - there) / (moved[i] - at[i]);
  }
  return jacobian;
}

}  // namespace

Eigen::VectorXd minimize(const LeastSquaresProblem& problem, Eigen::VectorXd start) {
  Eigen::VectorXd best = std::move(start);
  Eigen::VectorXd residuals = problem.residuals(best);
  double damping = kDampingStart;
  for (int iteration = 0; iteration < kIterationsMax && damping < kDampingMax; ++iteration) {
    const Eigen::MatrixXd jacobian = derivatives(problem, best, residuals);
    const Eigen::VectorXd gradient = jacobian.transpose() * residuals;
    bool converged = false;
    for (bool better = false; !better && damping < kDampingMax;) {
      Eigen::MatrixXd normal = jacobian.transpose() * jacobian;
      normal.diagonal() += damping * normal.diagonal().cwiseMax(1e-12);
      const Eigen::VectorXd trial =
          (best - normal.ldlt().solve(gradient)).cwiseMax(problem.low).cwiseMin(problem.high);
      const Eigen::VectorXd there = problem.residuals(trial);
      better = there.squaredNorm() < residuals.squaredNorm();
      damping *= better ? 0.3 : 4.0;
      if (!better) continue;
      converged = residuals.squaredNorm() - there.squaredNorm() < kGainMin * residuals.squaredNorm();
      best = trial;
      residuals = there;
    }
    if (converged) break;
  }
  return best;
}

}  // namespace daris
