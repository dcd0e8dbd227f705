#include "experiment/planning/recommendation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/host/interrupt.h"
#include "experiment/inputs.h"
#include "experiment/planning/pareto_front.h"

namespace daris {
namespace {

constexpr double kAsMuch = 0.995;         // of the most in time: no difference that counts
constexpr double kRoughTolerance = 0.05;  // of the highest load, to know where candidates differ
constexpr std::size_t kFinalists = 3;
constexpr double kClimb = 1.1;

// How far the search goes on to neighbours.
struct Effort {
  std::size_t beam = 0;    // the best so many, of which neighbours are looked at
  std::size_t rounds = 0;  // of steps
  std::size_t kept = 0;    // that run for the whole duration in the end
};
constexpr Effort kAtTheEdge{2, 4, kFinalists};  // the highest load of each that is kept is searched
constexpr Effort kInOverload{3, 8, 5};          // little else is run

constexpr Duration kPiece = Duration::from_ns(1'500'000'000);
constexpr std::int64_t kDeadlinesInPiece = 5;
constexpr std::int64_t kWarmupsInPiece = 4;

// So much of a run is simulated to tell shapes apart.
Duration piece_of(const TaskSet& set, Duration duration) {
  Duration longest;
  for (const TaskGroup& group : set.groups) longest = std::max(longest, group.deadline);
  return std::min(duration, std::max(kPiece, Duration::from_ns(kDeadlinesInPiece * longest.ns())));
}

// Tells whether a search whose candidates all failed goes on with what it has.
bool goes_on(bool has_any) { return has_any && !interrupted(); }

class Recommender {
 public:
  Recommender(const RecommendationRequest& request, const TaskSet& set, PointRunner& runner,
              const CapacityProgress& progress)
      : request_(request),
        objectives_(set, request.loss_max),
        runner_(runner),
        progress_(progress),
        piece_(piece_of(set, request.config.duration)) {}

  Result<Recommendation> recommend() &&;

 private:
  Status learn_loads();
  Status try_all();
  Status pick_among_equals(const std::vector<std::size_t>& equals);
  Status pick_in_overload();
  Result<std::vector<Candidate>> refine(std::vector<Candidate> left, double factor, const Effort& effort);
  [[nodiscard]] std::vector<std::size_t> worth_a_look(const std::vector<CandidateRun>& runs,
                                                      std::size_t beam) const;
  Result<std::vector<std::size_t>> try_more(const std::vector<Candidate>& more);
  Result<CapacityFound> capacity_of(const Candidate& candidate, double tolerance, std::uint32_t replications);
  // The best few at a load that few hold.
  struct Stressed {
    std::vector<Candidate> best;
    double factor = 1;
  };
  Result<Stressed> climb(std::vector<Candidate> left);
  [[nodiscard]] bool is_possible(const Candidate& candidate) const;
  Result<CandidateRuns> run_at(const std::vector<Candidate>& candidates, double factor);
  Result<CandidateRuns> run_as_written(const std::vector<Candidate>& candidates);
  // For a piece of the run, which tells shapes apart well enough.
  [[nodiscard]] Candidate cut(Candidate candidate) const;
  [[nodiscard]] std::vector<Candidate> cut(std::vector<Candidate> candidates) const;
  void draw_front();

  // How many times the tasks, or rates, of the set as written the load is.
  [[nodiscard]] double factor_of(const CapacityFound& found) const {
    return found.highest ? found.trials[*found.highest].reached.load / found.trials.front().reached.load : 0;
  }
  // Of a run at the load that is asked for.
  [[nodiscard]] const Candidate& candidate_at(std::size_t place) const {
    return found_.candidates[found_.tried.runs[place].candidate];
  }
  [[nodiscard]] double written_load(const Candidate& candidate) const {
    return written_loads_.at(candidate.shape.backend);
  }
  // The runs at the load that is asked for that hold and do as much in time as the best.
  [[nodiscard]] std::vector<std::size_t> equals() const;

  const RecommendationRequest& request_;
  Objectives objectives_;
  PointRunner& runner_;
  const CapacityProgress& progress_;
  std::map<Backend, double> written_loads_;
  std::vector<double> capacities_;  // of the first backend
  double asked_factor_ = 1;
  Duration piece_;
  Recommendation found_;
};

Candidate Recommender::cut(Candidate candidate) const {
  RunConfig& config = candidate.config;
  config.duration = piece_;
  config.warmup = std::min(config.warmup, Duration::from_ns(piece_.ns() / kWarmupsInPiece));
  return candidate;
}

std::vector<Candidate> Recommender::cut(std::vector<Candidate> candidates) const {
  for (Candidate& candidate : candidates) candidate = cut(std::move(candidate));
  return candidates;
}

Result<CandidateRuns> Recommender::run_at(const std::vector<Candidate>& candidates, double factor) {
  const auto load_of = [&](std::size_t i) { return std::optional(factor * written_load(candidates[i])); };
  return run_candidates(candidates, objectives_, load_of, runner_, request_.threads, interrupted);
}

Result<CandidateRuns> Recommender::run_as_written(const std::vector<Candidate>& candidates) {
  const auto as_written = [](std::size_t) { return std::optional<double>(); };
  return run_candidates(candidates, objectives_, as_written, runner_, request_.threads, interrupted);
}

bool Recommender::is_possible(const Candidate& candidate) const {
  const Result<Point> point = runner_.settle(candidate.config);
  return point.ok() && runner_.check(point.value()).ok();
}

// What a load is counted against differs between backends.
Status Recommender::learn_loads() {
  RunConfig config = request_.config;
  config.scaling.load.reset();
  DARIS_TRY_ASSIGN(std::vector<Candidate> all, candidates_of(config));
  std::vector<Candidate> one_each;  // if no shape of a backend is possible, the last one tells why
  for (const Candidate& candidate : all) {
    if (one_each.empty() || one_each.back().shape.backend != candidate.shape.backend) {
      one_each.push_back(candidate);
    } else if (!is_possible(one_each.back())) {
      one_each.back() = candidate;
    }
  }
  progress_("the set as written");
  DARIS_TRY_ASSIGN(const CandidateRuns runs, run_as_written(cut(one_each)));
  for (const CandidateRun& run : runs.runs)
    written_loads_[one_each[run.candidate].shape.backend] = run.point.at("load_reached").get<double>();
  capacities_ = capacities_of(runs.runs.front().point);
  if (request_.config.scaling.load)
    asked_factor_ = *request_.config.scaling.load / runs.runs.front().point.at("load_reached").get<double>();
  for (Candidate& candidate : all)
    if (written_loads_.contains(candidate.shape.backend)) found_.candidates.push_back(std::move(candidate));
  return {};
}

Status Recommender::try_all() {
  progress_("all shapes at the load that is asked for");
  const std::vector<Candidate> pieces = cut(found_.candidates);
  DARIS_TRY_ASSIGN(found_.tried,
                   request_.config.scaling.load ? run_at(pieces, asked_factor_) : run_as_written(pieces));
  return {};
}

std::vector<std::size_t> Recommender::equals() const {
  const std::vector<CandidateRun>& runs = found_.tried.runs;
  double most = 0;
  for (const CandidateRun& run : runs)
    if (run.verdict.holds) most = std::max(most, on_time_jobs_per_s(run.point));
  std::vector<std::size_t> equals;
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (runs[i].verdict.holds && on_time_jobs_per_s(runs[i].point) >= kAsMuch * most) equals.push_back(i);
  return equals;
}

Result<CapacityFound> Recommender::capacity_of(const Candidate& candidate, double tolerance,
                                               std::uint32_t replications) {
  progress_("the highest load of " + candidate_text(candidate));
  CapacityRequest request;
  request.config = candidate.config;
  request.loss_max = request_.loss_max;
  request.tolerance = tolerance;
  request.replications = replications;
  request.threads = request_.threads;
  return find_capacity(request, runner_, [](const std::string&) {});
}

// Climbs until few of the candidates hold. Above the highest load of the one that ranks first, the others
// have to show what they can do.
Result<Recommender::Stressed> Recommender::climb(std::vector<Candidate> left) {
  DARIS_TRY_ASSIGN(const CapacityFound rough, capacity_of(cut(left.front()), kRoughTolerance, 1));
  const double above = rough.failing ? 1 + kRoughTolerance : 1;  // else nothing above can run
  Stressed stressed{left, std::max(factor_of(rough), asked_factor_) * above};
  double factor = stressed.factor;
  bool climbed = false;
  while (rough.failing && left.size() > kFinalists) {
    progress_("shapes near the highest load");
    const Result<CandidateRuns> ran = run_at(cut(left), factor);
    if (!ran.ok() && !goes_on(climbed)) return ran.error();
    if (!ran.ok()) break;
    const std::vector<CandidateRun>& runs = ran.value().runs;
    stressed = {{}, factor};
    climbed = true;
    std::vector<Candidate> holding;
    for (const std::size_t place : best_runs(runs, left.size(), capacities_)) {
      const Candidate& candidate = left[runs[place].candidate];
      stressed.best.push_back(candidate);
      if (runs[place].verdict.holds) holding.push_back(candidate);
    }
    if (holding.size() <= kFinalists) break;
    left = std::move(holding);
    factor *= kClimb;
  }
  stressed.best.resize(std::min(stressed.best.size(), kFinalists));
  return stressed;
}

// Goes from the best few of `left` to their neighbours, at one load, until these bring nothing new. Returns
// the best few of all that ran, the best first.
Result<std::vector<Candidate>> Recommender::refine(std::vector<Candidate> left, double factor,
                                                   const Effort& effort) {
  std::vector<Candidate> all;
  std::set<std::string> known;
  CandidateRuns ran;
  for (std::size_t round = 0; round < effort.rounds && !left.empty(); ++round) {
    progress_("shapes beside the best ones");
    std::vector<Candidate> fresh;
    for (Candidate& candidate : left)
      if (known.insert(candidate_text(candidate)).second) fresh.push_back(std::move(candidate));
    if (fresh.empty()) break;
    Result<CandidateRuns> more = run_at(cut(fresh), factor);
    if (!more.ok() && !goes_on(!ran.runs.empty())) return more.error();
    if (!more.ok()) break;
    for (CandidateRun& run : more.value().runs) {
      all.push_back(fresh[run.candidate]);
      run.candidate = all.size() - 1;
      ran.runs.push_back(std::move(run));
    }
    left.clear();
    for (const std::size_t place : worth_a_look(ran.runs, effort.beam))
      for (Candidate& other : neighbours_of(all[ran.runs[place].candidate])) left.push_back(std::move(other));
  }
  std::vector<Candidate> best;
  for (const std::size_t place : best_runs(ran.runs, effort.kept, capacities_))
    best.push_back(all[ran.runs[place].candidate]);
  return best;
}

// Runs candidates at the load that is asked for. Returns the places of those that run, in `tried`.
Result<std::vector<std::size_t>> Recommender::try_more(const std::vector<Candidate>& more) {
  DARIS_TRY_ASSIGN(CandidateRuns asked, run_at(more, asked_factor_));
  std::vector<std::size_t> places;
  for (CandidateRun& run : asked.runs) {
    found_.candidates.push_back(more[run.candidate]);
    run.candidate = found_.candidates.size() - 1;
    found_.tried.runs.push_back(std::move(run));
    places.push_back(found_.tried.runs.size() - 1);
  }
  return places;
}

// The runs of `equals` ask for little. What their candidates are worth shows at higher loads.
Status Recommender::pick_among_equals(const std::vector<std::size_t>& equals) {
  std::vector<Candidate> left;
  const std::size_t best = best_runs(found_.tried.runs, 1, capacities_).front();
  left.push_back(candidate_at(best));
  for (const std::size_t place : equals)
    if (place != best) left.push_back(candidate_at(place));
  DARIS_TRY_ASSIGN(Stressed stressed, climb(std::move(left)));
  DARIS_TRY_ASSIGN(const std::vector<Candidate> few,
                   refine(std::move(stressed.best), stressed.factor, kAtTheEdge));
  DARIS_TRY_ASSIGN(std::vector<std::size_t> places, try_more(few));
  const auto holds = [&](std::size_t place) { return found_.tried.runs[place].verdict.holds; };
  if (std::any_of(places.begin(), places.end(), holds))
    std::erase_if(places, [&](std::size_t place) { return !holds(place); });
  double most = -1;
  for (const std::size_t place : places) {
    DARIS_TRY_ASSIGN(const CapacityFound rough, capacity_of(cut(candidate_at(place)), request_.tolerance, 1));
    if (factor_of(rough) <= most) continue;
    most = factor_of(rough);
    found_.pick = place;
  }
  return {};
}

// No candidate keeps the objectives at the load that is asked for.
Status Recommender::pick_in_overload() {
  std::vector<Candidate> left;
  for (const std::size_t place : worth_a_look(found_.tried.runs, kInOverload.beam))
    left.push_back(candidate_at(place));
  DARIS_TRY_ASSIGN(const std::vector<Candidate> few, refine(std::move(left), asked_factor_, kInOverload));
  DARIS_TRY_ASSIGN(const std::vector<std::size_t> places, try_more(few));
  std::vector<CandidateRun> whole;
  whole.reserve(places.size());
  for (const std::size_t place : places) whole.push_back(found_.tried.runs[place]);
  found_.pick = places[best_runs(whole, 1, capacities_).front()];
  return {};
}

// The best few, and the one with most in time: if it lost a job of level 0, a neighbour may not.
std::vector<std::size_t> Recommender::worth_a_look(const std::vector<CandidateRun>& runs,
                                                   std::size_t beam) const {
  std::vector<std::size_t> places = best_runs(runs, beam, capacities_);
  std::size_t most = 0;
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (on_time_jobs_per_s(runs[i].point) > on_time_jobs_per_s(runs[most].point)) most = i;
  if (std::find(places.begin(), places.end(), most) == places.end()) places.push_back(most);
  return places;
}

void Recommender::draw_front() {
  const std::vector<CandidateRun>& runs = found_.tried.runs;
  const bool any_holds =
      std::any_of(runs.begin(), runs.end(), [](const CandidateRun& run) { return run.verdict.holds; });
  std::vector<TradeOff> all;
  all.reserve(runs.size());
  for (const CandidateRun& run : runs)
    all.push_back({on_time_jobs_per_s(run.point),
                   run.verdict.holds || !any_holds ? urgent_p99_ms(run.point) : std::nullopt});
  found_.front = pareto_front(all);
}

Result<Recommendation> Recommender::recommend() && {
  DARIS_TRY(learn_loads());
  DARIS_TRY(try_all());
  if (const std::vector<std::size_t> all = equals(); !all.empty()) {
    DARIS_TRY(pick_among_equals(all));
  } else {
    DARIS_TRY(pick_in_overload());
  }
  DARIS_TRY_ASSIGN(found_.capacity, capacity_of(found_.picked(), request_.tolerance, request_.replications));
  draw_front();
  found_.written_load = written_load(found_.picked());
  found_.asked_load = asked_factor_ * found_.written_load;
  found_.margin = request_.margin;
  found_.objectives = objectives_.text();
  found_.objectives_of_set = objectives_.are_of_set();
  found_.provenance = found_.capacity.provenance;
  return std::move(found_);
}

}  // namespace

std::optional<double> Recommendation::planned_load() const {
  if (!capacity.highest) return std::nullopt;
  return capacity.trials[*capacity.highest].reached.load * (1 - margin);
}

Result<Recommendation> recommend(const RecommendationRequest& request, PointRunner& runner,
                                 const CapacityProgress& progress) {
  DARIS_TRY(check_scalable(request.config));
  Inputs files;
  DARIS_TRY_ASSIGN(const std::shared_ptr<const TaskSetInput> set, files.task_set(request.config.task_set));
  return Recommender(request, set->contents, runner, progress).recommend();
}

}  // namespace daris
