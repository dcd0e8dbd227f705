#include "cli/sweep_command.h"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/host/exit_code.h"
#include "base/host/folder_lock.h"
#include "base/host/host_facts.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "base/host/spawn.h"
#include "base/json/json.h"
#include "base/parse_value.h"
#include "base/printable_text.h"
#include "base/version.h"
#include "cli/command_line.h"
#include "cli/slurm_script.h"
#include "experiment/expected_time.h"
#include "experiment/sweep/finished_points.h"
#include "experiment/sweep/id_set.h"
#include "experiment/sweep/sweep_run.h"
#include "experiment/time_budget.h"

namespace daris {

CommandSpec sweep_spec() {
  CommandSpec spec;
  spec.name = "sweep";
  spec.usage = "FILE -o DIR [options]";
  spec.description =
      "Runs every point of a grid (JSON, schema daris.sweep) into a folder. It can be stopped at any time. "
      "The\n"
      "same command goes on from there: a finished point is never run again. Then `daris merge DIR` makes "
      "one\n"
      "report of it.";
  spec.flags = {
      {"output,o", "DIR", "the folder: DIR/points/ID.json is a finished point, unless points are packed"},
      {"profile", "FILE|NAME", "use this profile instead of the file's: the same sweep over another GPU"},
      {"model", "FILE|NAME", "use this contention model instead of the file's"},
      {"threads", "N", "points that run side by side (default: all cores); changes no result"},
      {"shard", "K/N",
       "run only every N-th point, from the K-th; K is 1 to N. Merge all N folders afterwards"},
      {"budget", "TIME",
       "end in time, such as 20m or 2h, after a whole point: none begins that would probably take longer. "
       "The "
       "same command goes on from there"},
      {"dry-run", "",
       "check everything, print the points' ids and whether they are finished, and on standard error how "
       "long the "
       "rest will take; run nothing"},
      {"emit-slurm", "N",
       "run nothing: print the script of a Slurm array of N jobs that runs it, for sbatch; jobs whose points "
       "are finished are left out"},
      {"pack", "",
       "write many points into one file, DIR/packs/*.pack (default: only if the sweep has more than 10,000)"},
      {"progress", "", "show progress even if standard error is not a terminal"},
      {"no-progress", "", "never show it"},
      {"live", "", "run on real hardware, one point after the other (starts daris-run)"}};
  spec.operands_min = spec.operands_max = 1;
  spec.operand = "FILE";
  spec.notes =
      "The axes of a grid are options of `daris sim` (with _ for -, times in seconds: duration_s) and "
      "switches\n"
      "of a policy. Each has a value or a list of them. \"variants\" is a list of objects of further "
      "settings:\n"
      "each grid point runs in each variant. Points that resolve to the same are one. Files are looked for\n"
      "beside the sweep's, then as named.\n\n"
      "With --live each partition shape is set up once, and the replications of its points come in shuffled\n"
      "order; with --budget the replications of a point follow each other. The loops of saturation are left\n"
      "out unless \"saturation\": \"on\" stands in the grid.\n\n"
      "Example:\n"
      "  {\"schema\": \"daris.sweep\", \"version\": 1, \"task_sets\": [\"resnet18-paper\"],\n"
      "   \"grid\": {\"policy\": [\"daris\", \"edf\"], \"contexts\": [4, 8],\n"
      "            \"oversubscription\": [1, 2, \"contexts\"], \"load\": [1, 1.5]},\n"
      "   \"duration_s\": 10, \"replications\": 5}\n\n"
      "  daris sweep sweep.json -o out/sweep && daris merge out/sweep -o out/report.json\n"
      "  daris sweep sweep.json -o out/sweep --emit-slurm 8 | sbatch\n"
      "  daris sweep sweep.json -o out/live --live --budget 20m\n" +
      exit_codes_help();
  return spec;
}

namespace {

constexpr std::size_t kSlurmJobsMax = 100'000;
constexpr std::size_t kSingleFilesMax = 10'000;  // above, points are packed

std::optional<Shard> parse_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::optional<std::uint64_t> number = parse_count(std::string_view(text).substr(0, slash));
  const std::optional<std::uint64_t> count = parse_count(std::string_view(text).substr(slash + 1));
  if (!number || !count || *number < 1 || *number > *count) return std::nullopt;
  return Shard{static_cast<std::size_t>(*number - 1), static_cast<std::size_t>(*count)};
}

// The command line, parsed.
struct Settings {
  std::string file;
  std::string folder;
  std::string profile;
  std::string model;
  std::size_t threads = 1;
  Shard shard;
  bool dry_run = false;
  bool pack = false;
  std::optional<std::size_t> slurm_jobs;
  std::optional<Duration> budget;
  ProgressMode progress = ProgressMode::kAuto;
};

Result<Settings> settings_from(const Arguments& arguments) {
  Settings settings;
  settings.file = arguments.operands().front();
  settings.folder = arguments.text("output");
  settings.profile = arguments.text("profile");
  settings.model = arguments.text("model");
  if (settings.folder.empty()) return Error{"-o DIR is missing: the folder that the points go to"};
  DARIS_TRY_ASSIGN(settings.threads, threads_from(arguments));
  const std::string shard = arguments.has("shard") ? arguments.text("shard") : "1/1";
  const std::optional<Shard> parsed = parse_shard(shard);
  if (!parsed) return Error{"--shard: \"" + shard + "\" is not K/N with K from 1 to N, such as 2/4"};
  settings.shard = *parsed;
  settings.dry_run = arguments.has("dry-run");
  settings.pack = arguments.has("pack");
  DARIS_TRY_ASSIGN(settings.budget, budget_from(arguments));
  if (arguments.has("emit-slurm")) {
    if (settings.budget) return Error{"--emit-slurm: give jobs a time by sbatch --time; leave --budget out"};
    if (arguments.has("shard"))
      return Error{"--emit-slurm: gives each job a share of its own; leave --shard out"};
    const std::optional<std::uint64_t> jobs = parse_count(arguments.text("emit-slurm"));
    if (!jobs || *jobs < 1 || *jobs > kSlurmJobsMax)
      return Error{fmt::format("--emit-slurm: \"{}\" is not a number of jobs from 1 to {}",
                               arguments.text("emit-slurm"), kSlurmJobsMax)};
    settings.slurm_jobs = *jobs;
    if (!arguments.has("threads")) settings.threads = 1;
  }
  if (arguments.has("progress")) settings.progress = ProgressMode::kAlways;
  if (arguments.has("no-progress")) settings.progress = ProgressMode::kNever;
  return settings;
}

Json provenance_facts(const std::string& command, const std::string& started, const Settings& settings) {
  return {
      {"program", program_name()},      {"commit", program_commit()},  {"command", command},
      {"started_utc", started},         {"threads", settings.threads}, {"os", system_release().value_or("")},
      {"cpu", cpu_model().value_or("")}};
}

// REQUIRES: `settings` outlive the sweep.
Result<Sweep> sweep_from(const Settings& settings, const RunConfig& defaults) {
  Result<Sweep> sweep = read_sweep(settings.file, defaults);
  if (!sweep.ok()) return sweep;
  sweep.value().config = [&settings, made = std::move(sweep.value().config)](std::size_t i) {
    Result<RunConfig> config = made(i);
    if (!config.ok()) return config;
    if (!settings.profile.empty()) config.value().profile = settings.profile;
    if (!settings.model.empty()) config.value().model = settings.model;
    return config;
  };
  return sweep;
}

int print_points(const PlannedSweep& planned, const FinishedPoints& finished) {
  constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  std::string text;
  for (const PlannedPoint& point : planned.points) {
    text += id_text(point.id) + (finished.has(point.id) ? " finished\n" : " to run\n");
    if (text.size() < kPieceBytes) continue;
    if (const Status written = write_output("", text); !written.ok()) return fail(written.error());
    text.clear();
  }
  return conclude(write_output("", text));
}

// The words that make the same sweep again.
std::vector<std::string> words_of(const Settings& settings) {
  std::vector<std::string> words{settings.file, "-o", settings.folder};
  if (!settings.profile.empty()) words.insert(words.end(), {"--profile", settings.profile});
  if (!settings.model.empty()) words.insert(words.end(), {"--model", settings.model});
  if (settings.pack) words.emplace_back("--pack");
  return words;
}

// The numbers, from 1, of those of `jobs` shards that have points to run.
std::vector<std::size_t> jobs_to_run(const PlannedSweep& planned, std::size_t jobs) {
  std::vector<bool> has_work(jobs);
  for (const std::uint32_t index : planned.to_run) has_work[index % jobs] = true;
  std::vector<std::size_t> numbers;
  for (std::size_t job = 0; job < jobs; ++job)
    if (has_work[job]) numbers.push_back(job + 1);
  return numbers;
}

int print_slurm_script(const Settings& settings, const std::string& name, const PlannedSweep& planned) {
  const std::size_t jobs = *settings.slurm_jobs;
  const std::vector<std::size_t> elements = jobs_to_run(planned, jobs);
  if (elements.empty())
    return fail(kBadInput, "--emit-slurm: all points are finished in " + printable(settings.folder) +
                               "; daris merge makes a report of them");
  const std::size_t points = planned.points.size();
  if (jobs > points)
    note(fmt::format("{} jobs are more than the sweep has points; {} have work", jobs, points));
  const std::string here = std::filesystem::current_path().string();
  return conclude(write_output(
      "", slurm_script({name, this_program(), words_of(settings), here, jobs, elements, settings.threads})));
}

int interrupted_while_planning() {
  return fail(kInterrupted, "interrupted while the sweep was planned; nothing was written");
}

// On standard error: standard output is the points'.
void tell_expected_time(const Sweep& sweep, const PlannedSweep& planned, const Settings& settings,
                        const SweepFolder& folder, PointRunner& runner) {
  const std::size_t count = planned.to_run.size();
  if (count == 0) return note("no point is to run");
  const std::vector<Point> some = settle_some(sweep, planned, planned.to_run, kPointsAtOnce, runner);
  note(fmt::format("{} {} to run: {}", count, count == 1 ? "point is" : "points are",
                   runner.expected_time(some, count, std::min(settings.threads, count), folder.past_runs())));
}

void tell_failures(const std::vector<PointFailure>& failed) {
  for (const PointFailure& failure : failed)
    note(printable(fmt::format("{} ({}) could not be run: {}", failure.id, failure.label, failure.reason)));
}

// Of points that end at the same time, each may go elsewhere. The failure of the sweep names one of them.
void tell_astray(const SweepOutcome& outcome) {
  for (const std::string& message : outcome.astray) {
    if (!outcome.failure || outcome.failure->message != message) note(printable(message));
  }
}

// "; 7 points are left, about 12 minutes one after the other"
std::string left_text(const SweepOutcome& outcome, const TimeBudget& budget) {
  const LeftPoints& left = outcome.left;
  const std::optional<double> of_some = budget.seconds_of(left.some);
  std::string text = fmt::format("; {} {} left", left.count, left.count == 1 ? "is" : "are");
  if (!of_some || left.some.empty()) return text;
  const double scale = static_cast<double>(left.count) / static_cast<double>(left.some.size());
  return text + ", " + minutes_text(*of_some * scale) + " one after the other";
}

int finish(const SweepOutcome& outcome, std::size_t points, std::size_t missing, const std::string& folder,
           const TimeBudget* budget) {
  tell_failures(outcome.failed);
  tell_astray(outcome);
  const std::string done = fmt::format("{} of {} points are finished in {}",
                                       points - missing + outcome.finished_now, points, folder);
  if (outcome.failure)
    return fail(outcome.failure->with("; " + done + "; the same command goes on from there"));
  if (!outcome.failed.empty()) {
    return fail(kEnvironment,
                printable(fmt::format("{} {} could not be run; {}; the same command tries {} again",
                                      outcome.failed.size(), outcome.failed.size() == 1 ? "point" : "points",
                                      done, outcome.failed.size() == 1 ? "it" : "them")));
  }
  if (budget != nullptr && budget->used_up() && !interrupted()) {
    note(printable("the budget is used up; " + done + left_text(outcome, *budget) +
                   "; the same command goes on from there"));
    return kDone;
  }
  if (outcome.finished_now < missing)
    return fail(kInterrupted, "interrupted; " + printable(done) + "; the same command goes on from there");
  note(printable(done + "; daris merge " + folder + " makes a report of them"));
  return kDone;
}

// Two live sweeps at once would disturb each other's measurements. Shards of a simulated one may share a
// folder.
FolderLock::Kind lock_kind(const PointRunner& runner) {
  return runner.kind() == ReportKind::kLive ? FolderLock::Kind::kExclusive : FolderLock::Kind::kShared;
}

int run_sweep(const Settings& settings, const std::string& command, const RunConfig& defaults,
              PointRunner& runner) {
  const StopWatch watch;
  const std::string started = now_utc();
  const Result<Sweep> sweep = sweep_from(settings, defaults);
  if (!sweep.ok()) return fail(sweep.error());
  SweepFolder folder(settings.folder);
  const Result<FinishedPoints> finished = FinishedPoints::of(folder, interrupted);
  if (interrupted()) return interrupted_while_planning();
  if (!finished.ok()) return fail(finished.error());
  const Result<PlannedSweep> settled =
      settle_sweep(sweep.value(), settings.shard, finished.value(), runner, interrupted);
  if (interrupted()) return interrupted_while_planning();
  if (!settled.ok()) return fail(settled.error().in(settings.file));
  const PlannedSweep& planned = settled.value();
  const Result<SweepPlan> plan = plan_sweep(sweep.value().name, planned, folder);
  if (!plan.ok()) return fail(plan.error().in(settings.folder));
  if (settings.slurm_jobs) return print_slurm_script(settings, plan.value().name, planned);
  if (settings.dry_run) {
    const int printed = print_points(planned, finished.value());
    if (printed == kDone) tell_expected_time(sweep.value(), planned, settings, folder, runner);
    return printed;
  }

  const std::string start = fmt::format("{}-{}", started, ::getpid());
  const std::size_t points = planned.points.size();
  if (settings.pack || points > kSingleFilesMax) folder.pack_points(start);
  const Status writable = folder.check_writable();
  if (!writable.ok()) return fail(writable.error());
  const Result<FolderLock> lock = FolderLock::take(settings.folder, lock_kind(runner));
  if (!lock.ok()) return fail(lock.error());
  const Status plan_written = folder.write_plan(plan.value());
  if (!plan_written.ok()) return fail(plan_written.error());
  std::optional<TimeBudget> budget;
  if (settings.budget) budget.emplace(*settings.budget, [&] { return watch.seconds(); });
  TimeBudget* const within = budget ? &*budget : nullptr;
  SweepOutcome outcome;
  {
    Progress progress(planned.to_run.size(), "points", settings.progress);
    runner.doing = [&](const std::string& text) { progress.doing(text); };
    outcome =
        run_points(sweep.value(), planned, settings.threads, folder, runner, progress, {interrupted, within});
    runner.doing = [](const std::string&) {};
  }
  for (const std::string& line : outcome.warnings.lines()) note(line);
  Json facts = provenance_facts(command, started, settings);
  facts["wall_s"] = watch.seconds();
  facts["points_finished"] = outcome.finished_now;
  const Status noted = folder.write_provenance(start, facts);
  if (!noted.ok() && !outcome.failure) outcome.failure = noted.error();
  const std::size_t in_shard =
      (points + settings.shard.count - 1 - settings.shard.index) / settings.shard.count;
  return finish(outcome, in_shard, planned.to_run.size(), settings.folder, within);
}

}  // namespace

int sweep_command(const Arguments& arguments, const std::string& command, const RunConfig& defaults,
                  PointRunner& runner) {
  const Result<Settings> settings = settings_from(arguments);
  if (!settings.ok()) return fail(settings.error());
  catch_interrupts({runner.kind() == ReportKind::kLive ? kLiveGrace : kSimulatedGrace,
                    "interrupted; finished points are kept; the same command goes on from there"});
  return run_sweep(settings.value(), command, defaults, runner);
}

}  // namespace daris
