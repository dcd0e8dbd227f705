#include "sim/fit/fit_contention.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "policy/check.h"
#include "sim/fit/levenberg_marquardt.h"
#include "sim/fit/observations.h"

namespace daris {
namespace {

// The parameters in their order in a vector, with bounds; each of the grid's values is a start.
constexpr Eigen::Index kPacking = 0;
constexpr Eigen::Index kFriction = 1;
constexpr Eigen::Index kPressure = 2;
constexpr Eigen::Index kCount = 3;
constexpr double kPackingMin = 0.05;
constexpr double kSlowdownMax = 10;
constexpr double kPackingGrid[] = {0.4, 0.7, 1.0};
constexpr double kFrictionGrid[] = {0.02, 0.2};
constexpr double kPressureGrid[] = {0.02, 0.2, 0.6};
constexpr double kStep = 0.01;

// The shipped value is what was fitted to this many decimals, so that the file can be read and typed.
double to_decimals(double value) { return std::round(value * 1e4) / 1e4; }

ContentionParameters parameters_from(Backend backend, double dram_gb_per_s, const Eigen::VectorXd& values) {
  BackendContention contention;
  contention.packing.value = values[kPacking];
  contention.friction.value = values[kFriction];
  contention.pressure.value = values[kPressure];
  ContentionParameters parameters;
  parameters.dram_gb_per_s.value = dram_gb_per_s;
  if (backend == Backend::kGreen) parameters.green = contention;
  if (backend == Backend::kMps) parameters.mps = contention;
  if (backend == Backend::kStreams) parameters.streams = contention;
  return parameters;
}

Eigen::VectorXd log_ratios(const std::vector<Observation>& observations, const ContentionParameters& parameters) {
  Eigen::VectorXd ratios(static_cast<Eigen::Index>(observations.size()));
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const Result<double> answer = model_answer(observations[i], parameters);
    DARIS_CHECK(answer.ok());  // check_answers() has tried each
    ratios[static_cast<Eigen::Index>(i)] = std::log(answer.value() / observations[i].measured);
  }
  return ratios;
}

Status check_answers(const std::vector<Observation>& observations, const ContentionParameters& parameters) {
  for (const Observation& observation : observations) {
    if (!(observation.measured > 0)) return Error{observation.what + ": measured 0; a number above 0 is needed"};
    const Result<double> answer = model_answer(observation, parameters);
    if (!answer.ok()) return Error{observation.what + ": " + answer.error().message};
  }
  return {};
}

Eigen::VectorXd best_of_grid(const LeastSquaresProblem& problem) {
  Eigen::VectorXd best(kCount);
  double least = -1;
  for (const double packing : kPackingGrid) {
    for (const double friction : kFrictionGrid) {
      for (const double pressure : kPressureGrid) {
        Eigen::VectorXd values(kCount);
        values << packing, friction, pressure;
        const double cost = problem.residuals(values).squaredNorm();
        if (least >= 0 && cost >= least) continue;
        least = cost;
        best = values;
      }
    }
  }
  return best;
}

Eigen::VectorXd fitted_values(const std::vector<Observation>& fitted_on, Backend backend, double dram_gb_per_s) {
  LeastSquaresProblem problem;
  problem.residuals = [&](const Eigen::VectorXd& values) {
    return log_ratios(fitted_on, parameters_from(backend, dram_gb_per_s, values));
  };
  problem.low = Eigen::VectorXd::Zero(kCount);
  problem.low[kPacking] = kPackingMin;
  problem.high = Eigen::VectorXd::Constant(kCount, kSlowdownMax);
  problem.high[kPacking] = 1;
  problem.step = Eigen::VectorXd::Constant(kCount, kStep);
  return minimize(problem, best_of_grid(problem)).unaryExpr(&to_decimals);
}

std::string source_text(const Profile& profile, const FitReport& report) {
  const auto percent = [](double share) { return std::to_string(static_cast<int>(std::lround(share * 1000)) / 10.0).substr(0, 4) + "%"; };
  const ErrorSummary fitted = report.summary(false);
  const ErrorSummary held_out = report.summary(true);
  std::string text = "least squares over " + std::to_string(fitted.count) + " closed-loop and neighbour measurements of profile " +
                     profile.name + " (backend " + std::string(to_text(report.backend)) + "): median error " +
                     percent(fitted.median) + ", largest " + percent(fitted.largest);
  if (held_out.count == 0) return text;
  return text + "; on " + std::to_string(held_out.count) + " measurements in shapes that were held out: median " +
         percent(held_out.median) + ", largest " + percent(held_out.largest);
}

}  // namespace

ErrorSummary FitReport::summary(bool held_out) const {
  std::vector<double> errors;
  for (const FitRow& row : rows) {
    if (row.held_out == held_out) errors.push_back(std::abs(row.relative_error()));
  }
  if (errors.empty()) return {};
  std::sort(errors.begin(), errors.end());
  return {errors.size(), errors[(errors.size() - 1) / 2], errors.back()};
}

Result<FitReport> fit_contention(const Profile& profile, Backend backend, double dram_gb_per_s) {
  const std::vector<Observation> observations = observations_of(profile, backend);
  if (observations.empty()) {
    return Error{"profile " + profile.name + ": has no saturation and no neighbour times of backend " +
                 std::string(to_text(backend)) + "; measure them with daris profile"};
  }
  const ContentionParameters plain = parameters_from(backend, dram_gb_per_s, Eigen::Vector3d(1, 0, 0));
  if (const Status status = check_answers(observations, plain); !status.ok()) {
    return Error{"profile " + profile.name + ": " + status.error().message};
  }
  std::vector<Observation> fitted_on;
  for (const Observation& observation : observations) {
    if (!observation.held_out) fitted_on.push_back(observation);
  }
  const Eigen::VectorXd values = fitted_values(fitted_on, backend, dram_gb_per_s);
  const ContentionParameters parameters = parameters_from(backend, dram_gb_per_s, values);

  FitReport report;
  report.backend = backend;
  report.dram_gb_per_s = dram_gb_per_s;
  for (const Observation& observation : observations) {
    const double modelled = model_answer(observation, parameters).value();
    report.rows.push_back({observation.what, observation.measured, modelled, observation.held_out});
  }
  report.parameters = *parameters.of(backend);
  const std::string source = source_text(profile, report);
  for (Parameter* const parameter :
       {&report.parameters.packing, &report.parameters.friction, &report.parameters.pressure}) {
    parameter->source = source;
  }
  return report;
}

}  // namespace daris
