#include "cli/recommend_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/terminal.h"
#include "cli/command_line.h"
#include "cli/planning_command.h"
#include "cli/run_flags.h"
#include "experiment/planning/live_check.h"
#include "experiment/planning/recommendation.h"
#include "experiment/planning/recommendation_document.h"
#include "experiment/simulated/simulated_runner.h"

namespace daris {

namespace {

RunConfig default_config() {
  constexpr std::uint32_t kReplications = 5;
  RunConfig defaults;
  defaults.policy = "daris-batched";
  defaults.replications = kReplications;
  return defaults;
}

// Help says of what is tried unless it is given that it has no default.
std::vector<Flag> flags_of_plan() {
  constexpr std::array<std::string_view, 4> kTried{"backend", "contexts", "streams", "oversubscription"};
  std::vector<Flag> flags = run_flags(OptionWorld::kSimulated, FlagUse::kPlan, default_config());
  for (Flag& flag : flags) {
    if (std::find(kTried.begin(), kTried.end(), flag.name) != kTried.end())
      flag.help = flag.help.substr(0, flag.help.rfind(" (default: ")) + " (default: the best found)";
  }
  return flags;
}

}  // namespace

CommandSpec recommend_spec() {
  CommandSpec spec;
  spec.name = "recommend";
  spec.usage = "--task-set FILE|NAME [options]";
  spec.description =
      "Recommends how to run a task set, by simulation: backend, shape, admission bound and largest batch. "
      "Says\n"
      "the highest load at which its objectives hold so, what limits it, and which other choices trade "
      "throughput\n"
      "for response time. Writes JSON (schema daris.recommendation) and prints a table to standard error.";
  spec.flags = flags_of_plan();
  spec.flags.push_back({"margin", "SHARE", "how much of the highest load is to stay free (default: 20%)"});
  spec.flags.push_back({"loss-max", "SHARE",
                        "if no task has an objective: no level may lose more of what it releases (default: "
                        "1%)"});
  spec.flags.push_back({"verify-live", "",
                        "then run the pick and its neighbours on real hardware too, at the load to be "
                        "carried (starts daris-run)"});
  spec.flags.push_back({"output,o", "FILE", "write the JSON there (default: standard output)", false, true});
  spec.flags.push_back({"no-table", "", "print no table"});
  spec.flags.push_back({"threads", "N", "runs side by side (default: all cores); changes no result"});
  spec.notes = fmt::format(
      "What is given stays as it is: a backend, contexts, streams and oversubscription, a bound. --load is "
      "the load\n"
      "to be carried. --replications confirm the highest load.\n"
      "What holds at a load is taken to hold below it, and no load above a failed one is tried.\n"
      "{}\nExamples:\n"
      "  daris recommend --task-set video-analytics --margin 20% -o advice.json\n"
      "  daris recommend --task-set mixed-paper --load 2 --backend green\n"
      "  daris recommend --task-set mixed-paper --load 2 --verify-live     on the GPU too\n{}",
      switches_help(), exit_codes_help());
  return spec;
}

namespace {

Result<RecommendationRequest> request_from(const Arguments& arguments) {
  RecommendationRequest request;
  DARIS_TRY_ASSIGN(request.config, config_from(arguments, default_config(), FlagUse::kPlan));
  request.replications = request.config.replications;
  request.config.replications = 1;
  DARIS_TRY_ASSIGN(request.threads, threads_from(arguments));
  DARIS_TRY_ASSIGN(const std::optional<double> margin, share_from(arguments, "margin", {0, 0.99}));
  request.margin = margin.value_or(request.margin);
  DARIS_TRY_ASSIGN(const std::optional<double> loss_max, share_from(arguments, "loss-max", {0, 1}));
  if (loss_max) request.loss_max = loss_max;
  return request;
}

Result<PlanForPeople> advice_for(const RecommendationRequest& request, const std::string& command,
                                 PointRunner* live, const CapacityProgress& progress) {
  if (live != nullptr) DARIS_TRY(check_can_verify(request, *live));
  SimulatedRunner runner;
  DARIS_TRY_ASSIGN(const Recommendation found, recommend(request, runner, progress));
  std::string table = recommendation_text(found, terminal_width());
  if (live == nullptr) return PlanForPeople{recommendation_to_json(found, command), std::move(table), ""};
  const Result<LiveCheck> check = check_live(request, found, runner, *live, progress);
  if (!check.ok()) {
    return PlanForPeople{recommendation_to_json(found, command), std::move(table), "",
                         check.error().with("; the recommendation stands without it")};
  }
  table += "\n" + live_check_text(check.value(), terminal_width());
  return PlanForPeople{recommendation_to_json(found, command, &check.value()), std::move(table), ""};
}

}  // namespace

int recommend_command(const Arguments& arguments, const std::string& command, PointRunner* live) {
  const Result<RecommendationRequest> request = request_from(arguments);
  if (!request.ok()) return fail(request.error());
  return planning_command(
      arguments, {"recommendation", live == nullptr ? kSimulatedGrace : kLiveGrace},
      [&](const CapacityProgress& progress) { return advice_for(request.value(), command, live, progress); });
}

}  // namespace daris
