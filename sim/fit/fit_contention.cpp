#include "sim/fit/fit_contention.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/number_text.h"
#include "profiles/hardware_queue_counts.h"
#include "sim/fit/levenberg_marquardt.h"
#include "sim/fit/observations.h"

namespace daris {
namespace {

// The fit searches a vector of these. The first is the time in us that an MB through the cache takes,
// the second the time in us that handing a kernel over takes. Then come what belongs to the GPU: how much any
// stage waits while others use the cache, the exponent of kernels' turns, and the share of an SM that a stage
// leaves to others. Zero switches a term off. Each of the grid's values is a start.
constexpr Eigen::Index kCacheUsPerMb = 0;
constexpr Eigen::Index kHandoverUs = 1;
constexpr Eigen::Index kLatency = 2;  // from here on absent if they are taken over from another backend
constexpr Eigen::Index kTurns = 3;
constexpr Eigen::Index kLeft = 4;
constexpr double kCacheMax = 2;
constexpr double kHandoverMax = 10;
constexpr double kLatencyMax = 10;
constexpr double kTurnsMax = 2;
constexpr double kLeftMax = 0.9;
constexpr double kCacheGrid[] = {0.1, 0.2, 0.4};
constexpr double kHandoverGrid[] = {0.1, 0.4, 1.0};
constexpr double kLatencyGrid[] = {0.0, 0.5};
constexpr double kTurnsGrid[] = {0.0, 0.5, 1.0};
constexpr double kLeftStart = 0.1;
constexpr double kStep = 0.01;
constexpr double kCacheGbPerSMax = 1e6;  // the schema's; in effect no limit

// Of a backend that takes over what belongs to the GPU.
Eigen::VectorXd values_of(double cache, double handover) {
  Eigen::VectorXd values(kLatency);
  values[kCacheUsPerMb] = cache;
  values[kHandoverUs] = handover;
  return values;
}

Eigen::VectorXd values_of(double cache, double handover, double latency, double turns, double left) {
  Eigen::VectorXd values(kLeft + 1);
  values[kCacheUsPerMb] = cache;
  values[kHandoverUs] = handover;
  values[kLatency] = latency;
  values[kTurns] = turns;
  values[kLeft] = left;
  return values;
}

// Of a profile that was measured with so many hardware queues.
BackendContention contention_from(const Eigen::VectorXd& values, const BackendContention* gpu,
                                  std::uint32_t queues) {
  BackendContention contention;
  const double gb_per_s = 1e3 / std::max(values[kCacheUsPerMb], 1e-6);
  contention.cache_gb_per_s.value = std::min(gb_per_s, kCacheGbPerSMax);
  contention.handover_ns.value = 1e3 * values[kHandoverUs];
  contention.latency.value = gpu != nullptr ? gpu->latency.value : values[kLatency];
  contention.turns.value = gpu != nullptr ? gpu->turns.value : values[kTurns];
  contention.fill.value = gpu != nullptr ? gpu->fill.value : 1 - values[kLeft];
  contention.hardware_queues.value = queues;
  return contention;
}

// The shipped values are short numbers, so that the file can be read and typed.
BackendContention to_short(BackendContention contention) {
  contention.cache_gb_per_s.value = std::max(1.0, std::round(contention.cache_gb_per_s.value));
  contention.handover_ns.value = std::round(contention.handover_ns.value);
  for (Parameter* const parameter : {&contention.turns, &contention.latency, &contention.fill})
    parameter->value = std::round(parameter->value * 1000) / 1000;
  return contention;
}

ContentionParameters parameters_of(Backend backend, const BackendContention& contention) {
  ContentionParameters parameters;
  if (backend == Backend::kGreen) parameters.green = contention;
  if (backend == Backend::kMps) parameters.mps = contention;
  if (backend == Backend::kStreams) parameters.streams = contention;
  return parameters;
}

Eigen::VectorXd log_ratios(const std::vector<Observation>& observations,
                           const ContentionParameters& parameters) {
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
    if (!(observation.measured > 0))
      return Error{observation.what + ": measured 0; a number above 0 is needed"};
    const Result<double> answer = model_answer(observation, parameters);
    if (!answer.ok()) return answer.error().in(observation.what);
  }
  return {};
}

Eigen::VectorXd best_of_grid(const LeastSquaresProblem& problem, bool search_gpu) {
  std::vector<Eigen::VectorXd> starts;
  for (const double cache : kCacheGrid) {
    for (const double handover : kHandoverGrid) {
      if (!search_gpu) starts.push_back(values_of(cache, handover));
      if (!search_gpu) continue;
      for (const double latency : kLatencyGrid) {
        for (const double turns : kTurnsGrid)
          starts.push_back(values_of(cache, handover, latency, turns, kLeftStart));
      }
    }
  }
  const auto cost = [&](const Eigen::VectorXd& start) { return problem.residuals(start).squaredNorm(); };
  std::size_t best = 0;
  double least = cost(starts.front());
  for (std::size_t i = 1; i < starts.size(); ++i) {
    const double here = cost(starts[i]);
    if (here >= least) continue;
    least = here;
    best = i;
  }
  return starts[best];
}

BackendContention fitted(const std::vector<Observation>& fitted_on, Backend backend,
                         const BackendContention* gpu, std::uint32_t queues) {
  const bool search_gpu = gpu == nullptr;
  LeastSquaresProblem problem;
  problem.residuals = [&](const Eigen::VectorXd& values) {
    return log_ratios(fitted_on, parameters_of(backend, contention_from(values, gpu, queues)));
  };
  problem.high = search_gpu ? values_of(kCacheMax, kHandoverMax, kLatencyMax, kTurnsMax, kLeftMax)
                            : values_of(kCacheMax, kHandoverMax);
  problem.low = Eigen::VectorXd::Zero(problem.high.size());
  problem.step = Eigen::VectorXd::Constant(problem.high.size(), kStep);
  return to_short(contention_from(minimize(problem, best_of_grid(problem, search_gpu)), gpu, queues));
}

std::string percent(double share) { return number_text(std::round(share * 1000) / 10) + "%"; }

std::string summary_text(const ErrorSummary& summary) {
  return "median error " + percent(summary.median) + ", nine tenths below " + percent(summary.ninth_decile) +
         ", largest " + percent(summary.largest);
}

// Loops of one network alone say almost nothing about how kernels of different lengths share.
bool tells_of_gpu(const std::vector<Observation>& observations) {
  return std::any_of(observations.begin(), observations.end(), [](const Observation& observation) {
    return !observation.held_out && !observation.neighbour.empty() &&
           observation.neighbour.front().model != observation.kind.model;
  });
}

void name_sources(const Profile& profile, const BackendContention* gpu, FitReport& report) {
  const ErrorSummary fitted_on = report.summary(false);
  const ErrorSummary held_out = report.summary(true);
  std::string text = fmt::format(
      "least squares over {} closed-loop and neighbour measurements of profile {} (backend {}): {}",
      fitted_on.count, profile.name, to_text(report.backend), summary_text(fitted_on));
  if (held_out.count > 0) {
    text +=
        fmt::format("; on {} measurements that were held out: {}", held_out.count, summary_text(held_out));
  }
  BackendContention& fit = report.parameters;
  fit.cache_gb_per_s.source = fit.handover_ns.source = text;
  fit.latency.source = fit.turns.source = fit.fill.source = text;
  if (gpu == nullptr) return;
  const std::string taken_over = "no times beside other networks were measured: taken over; ";
  fit.latency.source = taken_over + gpu->latency.source;
  fit.turns.source = taken_over + gpu->turns.source;
  fit.fill.source = taken_over + gpu->fill.source;
}

// A live run may have more hardware queues than the profile was measured with.
Parameter hardware_queues_of_runs(std::uint32_t queues) {
  return {double{kAllHardwareQueues},
          fmt::format("what daris run asks CUDA for (CUDA_DEVICE_MAX_CONNECTIONS); the profile was measured, "
                      "and the other parameters were fitted, with {}{}",
                      queues == kDefaultHardwareQueues ? "CUDA's default of " : "", queues)};
}

// No profile shows it, since all of its closed loops are of one level.
Parameter priority_of_runs() {
  constexpr double kPriority = 3;
  return {kPriority,
          "not fitted: of 1, 2, 3, 4 and 8 the best on 28 live points of streams of an H100 "
          "(grid-streams.json)"};
}

}  // namespace

ErrorSummary FitReport::summary(bool held_out) const {
  std::vector<double> errors;
  for (const FitRow& row : rows) {
    if (row.held_out == held_out) errors.push_back(std::abs(row.relative_error()));
  }
  if (errors.empty()) return {};
  std::sort(errors.begin(), errors.end());
  const std::size_t last = errors.size() - 1;
  return {errors.size(), errors[last / 2], errors[last * 9 / 10], errors.back()};
}

Result<FitReport> fit_contention(const Profile& profile, Backend backend, const BackendContention* other) {
  const std::vector<Observation> observations = observations_of(profile, backend);
  if (observations.empty()) {
    return Error{"profile " + profile.name + ": has no saturation and no neighbour times of backend " +
                 std::string(to_text(backend)) + "; measure them with daris profile"};
  }
  const std::uint32_t queues = profile.conditions.hardware_queues;
  const ContentionParameters plain =
      parameters_of(backend, contention_from(values_of(0, 0, 0, 0, 0), nullptr, queues));
  if (const Status status = check_answers(observations, plain); !status.ok()) {
    return status.error().in("profile " + profile.name);
  }
  std::vector<Observation> fitted_on;
  for (const Observation& observation : observations) {
    if (!observation.held_out) fitted_on.push_back(observation);
  }
  const BackendContention* const gpu = tells_of_gpu(observations) ? nullptr : other;
  FitReport report;
  report.backend = backend;
  report.parameters = fitted(fitted_on, backend, gpu, queues);
  const ContentionParameters parameters = parameters_of(backend, report.parameters);
  for (const Observation& observation : observations) {
    const double modelled = model_answer(observation, parameters).value();
    report.rows.push_back({observation.what, observation.measured, modelled, observation.held_out});
  }
  name_sources(profile, gpu, report);
  report.parameters.hardware_queues = hardware_queues_of_runs(queues);
  report.parameters.priority = priority_of_runs();
  return report;
}

}  // namespace daris
