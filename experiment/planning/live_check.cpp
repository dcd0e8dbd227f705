#include "experiment/planning/live_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "analysis/report/results_json.h"
#include "analysis/report/statistics.h"
#include "analysis/report/text_table.h"
#include "base/host/interrupt.h"
#include "experiment/inputs.h"
#include "experiment/planning/capacity_document.h"

namespace daris {
namespace {

// Files are named, so that a live run reads them too. Its own loops of saturation are of no use here.
Candidate for_both_worlds(Candidate candidate, const Json& picked_config) {
  RunConfig& config = candidate.config;
  config.profile = picked_config.at("profile").get<std::string>();
  config.model = picked_config.at("model").get<std::string>();
  config.saturation = false;
  return candidate;
}

std::vector<Candidate> candidates_to_check(const Recommendation& found) {
  const Json& config = found.tried.runs[found.pick].point.at("config");
  std::vector<Candidate> all{for_both_worlds(found.picked(), config)};
  std::set<std::string> known{candidate_text(all.front())};
  for (Candidate& neighbour : neighbours_of(found.picked())) {
    if (known.insert(candidate_text(neighbour)).second)
      all.push_back(for_both_worlds(std::move(neighbour), config));
  }
  return all;
}

Json figures_or_null(const std::optional<CandidateRun>& run) {
  if (!run) return nullptr;
  return {{"id", run->point.at("id")},
          {"holds", run->verdict.holds},
          {"broken", breaches_to_json(run->verdict)},
          {"load", run->point.at("load_reached")},
          {"on_time_jobs_per_s", run->point.at("results").at("on_time_jobs_per_s")},
          {"response_p99_ms", rounded_or_null(urgent_p99_ms(run->point))}};
}

std::string figure_text(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

TextRow row_of(const LiveCheckRun& run, bool is_pick) {
  const auto in_time = [](const std::optional<CandidateRun>& one) {
    return one ? std::optional(on_time_jobs_per_s(one->point)) : std::nullopt;
  };
  const auto p99 = [](const std::optional<CandidateRun>& one) {
    return one ? urgent_p99_ms(one->point) : std::nullopt;
  };
  std::string objectives = run.reason;
  if (run.live) objectives = run.live->verdict.holds ? "hold" : breach_text(run.live->verdict.broken.front());
  return {candidate_text(run.candidate) + (is_pick ? " (pick)" : ""),
          figure_text(in_time(run.simulated), 0),
          figure_text(in_time(run.live), 0),
          figure_text(p99(run.simulated), 2),
          figure_text(p99(run.live), 2),
          objectives};
}

}  // namespace

std::size_t LiveCheck::best() const {
  const auto rank = [](const LiveCheckRun& run) {
    return std::pair(run.live->verdict.holds, on_time_jobs_per_s(run.live->point));
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < runs.size(); ++i)
    if (runs[i].live && rank(runs[i]) > rank(runs[best])) best = i;
  return best;
}

double LiveCheck::pick_over_best() const {
  const double most = on_time_jobs_per_s(runs[best()].live->point);
  return most > 0 ? on_time_jobs_per_s(runs.front().live->point) / most : 1;
}

Result<LiveCheck> check_live(const RecommendationRequest& request, const Recommendation& found,
                             PointRunner& simulated, PointRunner& live, const CapacityProgress& progress) {
  Inputs files;
  DARIS_TRY_ASSIGN(const std::shared_ptr<const TaskSetInput> set, files.task_set(request.config.task_set));
  const Objectives objectives(set->contents, request.loss_max);
  const std::vector<Candidate> candidates = candidates_to_check(found);
  const auto load_of = [&](std::size_t) {
    return request.config.scaling.load ? std::optional(found.asked_load) : std::nullopt;
  };
  LiveCheck check;
  for (const Candidate& candidate : candidates) check.runs.push_back({candidate, {}, {}, ""});
  progress("the pick and its neighbours, simulated");
  DARIS_TRY_ASSIGN(CandidateRuns modelled,
                   run_candidates(candidates, objectives, load_of, simulated, request.threads, interrupted));
  progress("the pick and its neighbours, on real hardware");
  DARIS_TRY_ASSIGN(CandidateRuns measured,
                   run_candidates(candidates, objectives, load_of, live, 1, interrupted));
  for (CandidateRun& run : modelled.runs) check.runs[run.candidate].simulated = std::move(run);
  for (CandidateRun& run : measured.runs) check.runs[run.candidate].live = std::move(run);
  for (CandidateFailure& failure : measured.failures)
    check.runs[failure.candidate].reason = std::move(failure.reason);
  if (!check.runs.front().live)
    return environment_error("--verify-live: the pick can't be run: " + check.runs.front().reason);
  RunConfig config = candidates.front().config;
  config.scaling.load = load_of(0);
  DARIS_TRY_ASSIGN(const Point pick, live.settle(config));
  check.provenance = live.provenance(pick);
  return check;
}

Status check_can_verify(const RecommendationRequest& request, PointRunner& live) {
  DARIS_TRY_ASSIGN(const std::vector<Candidate> candidates, candidates_of(request.config));
  std::set<Backend> tried;
  std::optional<Error> first;
  for (const Candidate& candidate : candidates) {
    if (!tried.insert(candidate.shape.backend).second) continue;
    const Result<Point> point = live.settle(candidate.config);
    if (point.ok()) return {};
    if (!first) first = point.error();
  }
  return first->in("--verify-live");
}

Json live_check_to_json(const LiveCheck& check, const std::string& command) {
  Json document = {{"provenance", planning_provenance(check.provenance, command)},
                   {"best", candidate_text(check.runs[check.best()].candidate)},
                   {"pick_over_best", rounded(check.pick_over_best())},
                   {"runs", Json::array()}};
  for (const LiveCheckRun& run : check.runs) {
    document["runs"].push_back({{"candidate", candidate_text(run.candidate)},
                                {"simulated", figures_or_null(run.simulated)},
                                {"live", figures_or_null(run.live)},
                                {"reason", run.reason.empty() ? Json(nullptr) : Json(run.reason)}});
  }
  return document;
}

std::string live_check_text(const LiveCheck& check, std::size_t width_max) {
  std::vector<TextRow> rows{
      {"on real hardware", "in time/s: simulated", "live", "p99 ms: simulated", "live", "objectives live"}};
  for (std::size_t i = 0; i < check.runs.size(); ++i) rows.push_back(row_of(check.runs[i], i == 0));
  const std::string conclusion =
      check.best() == 0
          ? "the pick does most in time of these, live too"
          : fmt::format("live, {} does more in time: the pick has {:.3f} of that",
                        candidate_text(check.runs[check.best()].candidate), check.pick_over_best());
  return text_table(rows, {.left_columns = 1, .last_left = true, .width_max = width_max}) +
         wrapped("\n" + conclusion + " (one run each)\n", width_max);
}

}  // namespace daris
