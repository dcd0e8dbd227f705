// Configurations that a recommendation chooses among, and what their runs showed.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/shape_choice.h"
#include "base/json/json.h"
#include "base/result.h"
#include "experiment/planning/objectives.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"
#include "profiles/shape.h"

namespace daris {

// A configuration without a load.
struct Candidate {
  RunConfig config;
  Shape shape;
  bool shape_open = false;  // neither was given, so that others may be tried
  bool bound_open = false;
};

struct CandidateRun {
  std::size_t candidate = 0;
  Json point;
  Verdict verdict;
};

struct CandidateFailure {
  std::size_t candidate = 0;
  std::string reason;
};

struct CandidateRuns {
  std::vector<CandidateRun> runs;  // in the order of the candidates
  std::vector<CandidateFailure> failures;
};

// `config` in every shape that is worth trying on each of the backends. If its shape or backend was given, it
// stays. Errors: of the input.
[[nodiscard]] Result<std::vector<Candidate>> candidates_of(const RunConfig& config);

// `candidate` with one step more or less of one thing: contexts, streams, OS or the admission bound. What was
// given stays, and what its policy doesn't obey. Several contexts have an OS of 1.5 at least: the simulator
// finds OS 1 too fast (docs/scheduler.md, "Shape").
[[nodiscard]] std::vector<Candidate> neighbours_of(const Candidate& candidate);

// "green 6 x 1 OS 1.5, bound 0.9"
[[nodiscard]] std::string candidate_text(const Candidate& candidate);

// The admission bound that it runs with; nullopt if its policy obeys none.
[[nodiscard]] std::optional<double> bound_of(const Candidate& candidate);

// Runs each candidate at its own load, side by side: `load_of(i)` is null for the set as written. The outcome
// does not depend on `threads`. Errors: of the environment; no candidate can be run, with the first reason.
[[nodiscard]] Result<CandidateRuns> run_candidates(
    const std::vector<Candidate>& candidates, const Objectives& objectives,
    const std::function<std::optional<double>(std::size_t)>& load_of, PointRunner& runner,
    std::size_t threads, const std::function<bool()>& stopped);

[[nodiscard]] double on_time_jobs_per_s(const Json& point);

// The 99th percentile of response times of the most urgent level; nullopt if it completed no job.
[[nodiscard]] std::optional<double> urgent_p99_ms(const Json& point);

// The jobs per second of a closed loop that a point's load is counted against, by group. Backends differ in
// them, so runs on several are compared by those of one.
[[nodiscard]] std::vector<double> capacities_of(const Json& point);

// What a run showed, as the rule of shapes reads it (experiment/shape_ranking.h).
[[nodiscard]] TriedShape tried_of(const Json& point, const std::vector<double>& capacities);

// Indices into `runs`, the best first. Those that keep the objectives come before all others; among either,
// the rule of shapes decides.
[[nodiscard]] std::vector<std::size_t> best_runs(const std::vector<CandidateRun>& runs, std::size_t count,
                                                 const std::vector<double>& capacities);

}  // namespace daris
