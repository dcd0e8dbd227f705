#include "cli/capacity_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/host/exit_code.h"
#include "base/host/folder_lock.h"
#include "base/host/host_facts.h"
#include "base/host/interrupt.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/parse_value.h"
#include "cli/command_line.h"
#include "cli/planning_command.h"
#include "cli/run_flags.h"
#include "experiment/planning/capacity_document.h"
#include "experiment/planning/capacity_search.h"
#include "experiment/planning/live_capacity.h"
#include "experiment/planning/live_capacity_document.h"
#include "experiment/simulated/simulated_runner.h"
#include "experiment/sweep/kept_points.h"
#include "experiment/time_budget.h"

namespace daris {
namespace {

RunConfig default_config() {
  constexpr std::uint32_t kReplications = 5;
  RunConfig defaults;
  defaults.replications = kReplications;
  return defaults;
}

Result<CapacityRequest> request_from(const Arguments& arguments) {
  CapacityRequest request;
  DARIS_TRY_ASSIGN(request.config, config_from(arguments, default_config(), FlagUse::kPlan));
  request.replications = request.config.replications;
  DARIS_TRY_ASSIGN(request.threads, threads_from(arguments));
  DARIS_TRY_ASSIGN(const std::optional<double> tolerance, share_from(arguments, "precision", {0.0001, 0.5}));
  request.tolerance = tolerance.value_or(request.tolerance);
  DARIS_TRY_ASSIGN(request.loss_max, share_from(arguments, "loss-max", {0, 1}));
  if (arguments.has("axis")) {
    const Result<LoadAxis> axis = parse_load_axis(arguments.text("axis"));
    if (!axis.ok()) return axis.error().in("--axis");
    request.axis = axis.value();
  }
  return request;
}

constexpr Duration kLiveBudget = Duration::from_ns(20LL * 60 * 1'000'000'000);

// What --live goes by.
struct LiveSettings {
  Duration budget = kLiveBudget;
  std::string folder;  // empty: runs are not kept
};

Result<LiveSettings> live_settings_from(const Arguments& arguments) {
  LiveSettings settings;
  DARIS_TRY_ASSIGN(const std::optional<Duration> budget, budget_from(arguments));
  settings.budget = budget.value_or(settings.budget);
  settings.folder = arguments.text("keep");
  for (const char* const flag : {"budget", "keep"})
    if (arguments.has(flag) && !arguments.has("live"))
      return Error{fmt::format("--{}: it goes with --live", flag)};
  return settings;
}

// Where finished live runs are kept, while no other search is at it.
struct RunsKeeper {
  FolderLock lock;
  KeptPoints points;

  [[nodiscard]] static Result<std::optional<RunsKeeper>> of(const std::string& folder,
                                                            const std::string& command) {
    if (folder.empty()) return std::optional<RunsKeeper>();
    KeptPoints points(folder, command);
    DARIS_TRY(points.check_writable());
    DARIS_TRY_ASSIGN(FolderLock lock, FolderLock::take(folder, FolderLock::Kind::kExclusive));
    return std::optional<RunsKeeper>(RunsKeeper{std::move(lock), std::move(points)});
  }
};

PlanForPeople plan_of(const CapacityFound& found, const std::string& command, const LiveCapacity* live) {
  PlanForPeople plan{capacity_to_json(found, command, live), capacity_table(found, terminal_width()),
                     found.objectives + "\n" + capacity_text(found)};
  if (live == nullptr) return plan;
  plan.text += "\n" + live_capacity_text(*live, found.axis, terminal_width());
  plan.stands_if_interrupted = true;
  if (live->failure) plan.mishap = live->failure->in("--live").with("; what was found before stands");
  return plan;
}

Result<PlanForPeople> plan_for(CapacityRequest request, const LiveSettings& settings,
                               const std::string& command, PointRunner* live,
                               const CapacityProgress& progress) {
  SimulatedRunner simulator;
  if (live == nullptr) {
    DARIS_TRY_ASSIGN(const CapacityFound found, find_capacity(request, simulator, progress));
    return plan_of(found, command, nullptr);
  }
  DARIS_TRY_ASSIGN(request.config, ready_for_live(request.config, *live));
  DARIS_TRY_ASSIGN(const std::optional<RunsKeeper> keeper, RunsKeeper::of(settings.folder, command));
  DARIS_TRY_ASSIGN(const CapacityFound found, find_capacity(request, simulator, progress));
  const StopWatch watch;
  TimeBudget budget(settings.budget, [&] { return watch.seconds(); });
  LiveRuns runs;
  runs.budget = &budget;
  if (keeper) {
    runs.kept = [&](const Point& point) { return keeper->points.find(point.id); };
    runs.keep = [&](const Point& point, const Json& result) {
      return keeper->points.keep(*live, point, result);
    };
  }
  // On a terminal the line changes many times a second; elsewhere each text is a line.
  if (is_terminal()) live->doing = [&](const std::string& text) { progress(text); };
  const Result<LiveCapacity> measured = find_live_capacity(request, found, *live, runs, progress);
  live->doing = [](const std::string&) {};
  if (!measured.ok()) return measured.error();
  return plan_of(found, command, &measured.value());
}

PlanningWay way_of(const PointRunner* live, const LiveSettings& settings) {
  if (live == nullptr) return {"capacity", kSimulatedGrace};
  return {"capacity", kLiveGrace, ProgressMode::kAlways,
          settings.folder.empty()
              ? "interrupted; nothing was written"
              : "interrupted; finished runs are kept; the same command goes on from there"};
}

}  // namespace

CommandSpec capacity_spec() {
  CommandSpec spec;
  spec.name = "capacity";
  spec.usage = "--task-set FILE|NAME [options]";
  spec.description =
      "Finds the highest load at which all service level objectives of a task set hold, by simulation: one "
      "run for\n"
      "each load that bisection asks for, then runs with other draws that confirm it. If no task has an "
      "objective,\n"
      "level 0 must lose no job, and no other level may miss over 1% of what it admits. Writes JSON (schema\n"
      "daris.capacity) and prints a table to standard error.";
  spec.flags = run_flags(OptionWorld::kSimulated, FlagUse::kPlan, default_config());
  spec.flags.push_back({"axis", "load|rate|tasks",
                        "what is scaled: load (as --load-by says), the rates of all tasks, or the number of "
                        "tasks (default: load)"});
  spec.flags.push_back(
      {"precision", "SHARE",
       "how narrow the bracket is to be, such as 0.01 or 1% (default: 1%); tasks are counted "
       "to the last one"});
  spec.flags.push_back({"loss-max", "SHARE",
                        "if no task has an objective: no level may lose more of what it releases, such as 5% "
                        "(default: rejections are free)"});
  spec.flags.push_back({"live", "",
                        "then search on real hardware too, in the shape that was found and from its load on "
                        "(starts daris-run)"});
  spec.flags.push_back({"budget", "TIME",
                        "with --live: no live run begins that would probably end later, such as 10m "
                        "(default: 20m)"});
  spec.flags.push_back(
      {"keep", "DIR",
       "with --live: keep each finished live run there; the same command never runs it again"});
  spec.flags.push_back({"output,o", "FILE", "write the JSON there (default: standard output)", false, true});
  spec.flags.push_back({"no-table", "", "print no table"});
  spec.flags.push_back(
      {"threads", "N", "replications that run side by side (default: all cores); changes no result"});
  spec.notes = fmt::format(
      "--replications confirm the highest load. With --shape auto a load may take a shape of its own.\n"
      "What holds at a load is taken to hold below it, and no load above a failed one is tried. With --live "
      "single runs\n"
      "bracket the highest load, and --replications confirm it; Ctrl-C leaves what was found.\n"
      "{}\nExamples:\n"
      "  daris capacity --task-set video-analytics --shape auto -o capacity.json\n"
      "  daris capacity --task-set resnet18-paper --policy daris-batched --contexts 6 --axis tasks\n"
      "  daris capacity --task-set driving --axis rate --duration 20s\n"
      "  daris capacity --task-set mixed-paper --shape auto --live --keep out/runs     on the GPU too\n{}",
      switches_help(), exit_codes_help());
  return spec;
}

int capacity_command(const Arguments& arguments, const std::string& command, PointRunner* live) {
  const Result<CapacityRequest> request = request_from(arguments);
  if (!request.ok()) return fail(request.error());
  const Result<LiveSettings> settings = live_settings_from(arguments);
  if (!settings.ok()) return fail(settings.error());
  return planning_command(arguments, way_of(live, settings.value()), [&](const CapacityProgress& progress) {
    return plan_for(request.value(), settings.value(), command, live, progress);
  });
}

}  // namespace daris
