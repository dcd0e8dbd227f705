#include "experiment/simulated/replications.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "analysis/logs/event_log.h"
#include "base/host/parallel.h"
#include "base/nearest_name.h"
#include "experiment/log_header.h"
#include "experiment/point_releases.h"
#include "experiment/replication.h"
#include "plugin/loader.h"
#include "policy/policy.h"
#include "policy/registry.h"

namespace daris {
namespace {

std::vector<std::string> texts_between_commas(const std::string& text) {
  std::vector<std::string> texts{""};
  for (const char c : text) {
    if (c == ',')
      texts.emplace_back();
    else
      texts.back() += c;
  }
  return texts;
}

}  // namespace

std::optional<PrecisionGoal> goal_of(const SettledConfig& config) {
  if (!config.precision) return std::nullopt;
  return PrecisionGoal{*config.precision, texts_between_commas(config.precision_of), config.replications_max};
}

Status check_goal(const PrecisionGoal& goal, const RunDescription& run) {
  const std::vector<std::string> names = figure_names(run);
  for (const std::string& name : goal.figures) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return Error{
        fmt::format("precision_of: no figure \"{}\"; {}", name, did_you_mean(name, names, std::identity()))};
  }
  return {};
}

void Replications::run_all(std::size_t at_once) {
  std::optional<PrecisionWatch> watch;
  if (const auto goal = goal_of(scenario_.config)) watch.emplace(*goal, scenario_.description);
  wanted_ = scenario_.config.replications;
  for (std::uint32_t done = 0; done < wanted_;) {
    run_from(done, at_once);
    const bool is_whole = !stopped_() && !error();
    for (; done < wanted_; ++done)
      if (watch && results_[done]) watch->add(*results_[done]);
    if (!is_whole) break;
    if (watch) wanted_ = watch->wanted();
  }
  if (watch) precision_ = watch->reached();
}

void Replications::run_first() {
  wanted_ = 1;
  run_from(0, 1);
}

void Replications::run_from(std::uint32_t first, std::size_t at_once) {
  results_.resize(wanted_);
  errors_.resize(wanted_);
  const auto run_one = [&](std::size_t i) { run(first + static_cast<std::uint32_t>(i)); };
  for_each_index(wanted_ - first, at_once, run_one, stopped_);
}

std::optional<Error> Replications::error() const {
  for (const std::optional<Error>& error : errors_) {
    if (error) return error;
  }
  return std::nullopt;
}

std::vector<RunResults> Replications::take() {
  std::vector<RunResults> all;
  for (std::optional<RunResults>& results : results_) {
    if (results) all.push_back(*std::move(results));
  }
  return all;
}

void Replications::run(std::uint32_t number) {
  Status status = try_run(number);
  if (!status.ok()) errors_[number] = status.error();
}

Status Replications::try_run(std::uint32_t number) {
  DARIS_TRY_ASSIGN(const std::unique_ptr<Policy> policy,
                   make_policy(scenario_.config.policy, scenario_.setup));
  DARIS_TRY_ASSIGN(const ReleaseList releases,
                   point_releases(scenario_.config, scenario_.workload, scenario_.setup, log_, number));
  const std::function<bool()> ends = [&] { return policy->failure() != nullptr || stopped_(); };
  if (number > 0 || log_file_.empty()) {
    results_[number] = simulate_replication(scenario_, scenario_.setup, *policy, releases, nullptr, ends);
    return status_of(*policy);
  }
  DARIS_TRY_ASSIGN(
      const std::unique_ptr<EventLogWriter> writer,
      EventLogWriter::create(log_file_, make_log_header("simulated", scenario_.point, scenario_.workload,
                                                        scenario_.setup, *policy)));
  results_[number] = simulate_replication(scenario_, scenario_.setup, *policy, releases, writer.get(), ends);
  if (const Status closed = writer->close(); !closed.ok()) log_failure_ = closed.error();
  return status_of(*policy);
}

}  // namespace daris
