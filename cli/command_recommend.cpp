#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "base/printable_text.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/run_flags.h"
#include "experiment/planning/recommendation.h"
#include "experiment/planning/recommendation_document.h"
#include "experiment/simulated/simulated_runner.h"

namespace daris {
namespace {

constexpr std::uint32_t kReplications = 5;

CommandSpec spec() {
  CommandSpec spec;
  spec.name = "recommend";
  spec.usage = "--task-set FILE|NAME [options]";
  spec.description =
      "Recommends how to run a task set, by simulation: backend, shape, admission bound and largest batch. "
      "Says\n"
      "the highest load at which its objectives hold so, what limits it, and which other choices trade "
      "throughput\n"
      "for response time. Writes JSON (schema daris.recommendation) and prints a table to standard error.";
  spec.flags = run_flags(OptionWorld::kSimulated);
  spec.flags.push_back({"margin", "SHARE", "how much of the highest load is to stay free (default: 20%)"});
  spec.flags.push_back({"loss-max", "SHARE",
                        "if no task has an objective: no level may lose more of what it releases (default: "
                        "1%)"});
  spec.flags.push_back({"output,o", "FILE", "write the JSON there (default: standard output)", false, true});
  spec.flags.push_back({"no-table", "", "print no table"});
  spec.flags.push_back({"threads", "N", "runs side by side (default: all cores); changes no result"});
  spec.notes = fmt::format(
      "What is given stays as it is: a backend, contexts, streams and oversubscription, a bound. --load is "
      "the "
      "load to\n"
      "be carried (default: the set as written). The policy is daris-batched unless given. --replications "
      "confirm the\n"
      "highest load (default here: {}).\n"
      "What holds at a load is taken to hold below it, and no load above a failed one is tried.\n"
      "{}\nExamples:\n"
      "  daris recommend --task-set video-analytics --margin 20% -o advice.json\n"
      "  daris recommend --task-set mixed-paper --load 2 --backend green\n{}",
      kReplications, switches_help(), exit_codes_help());
  return spec;
}

Result<RecommendationRequest> request_from(const Arguments& arguments) {
  RecommendationRequest request;
  RunConfig defaults;
  defaults.policy = "daris-batched";
  defaults.replications = kReplications;
  DARIS_TRY_ASSIGN(request.config, config_from(arguments, defaults));
  request.replications = request.config.replications;
  request.config.replications = 1;
  DARIS_TRY_ASSIGN(request.threads, threads_from(arguments));
  DARIS_TRY_ASSIGN(const std::optional<double> margin, share_from(arguments, "margin", {0, 0.99}));
  request.margin = margin.value_or(request.margin);
  DARIS_TRY_ASSIGN(const std::optional<double> loss_max, share_from(arguments, "loss-max", {0, 1}));
  if (loss_max) request.loss_max = loss_max;
  return request;
}

}  // namespace

int command_recommend(std::span<const std::string> words) {
  const CommandSpec recommend_spec = spec();
  const CommandLine line = read_command_line(recommend_spec, words);
  if (line.exit_code) return *line.exit_code;
  const std::string output = line.arguments.text("output");
  if (const Status writable = check_output(output); !writable.ok()) return fail(writable.error());
  const Result<RecommendationRequest> request = request_from(line.arguments);
  if (!request.ok()) return fail(request.error());
  catch_interrupts({kSimulatedGrace, "interrupted; nothing was written"});
  SimulatedRunner runner;
  const StatusLine status(ProgressMode::kAuto);
  const Result<Recommendation> found =
      recommend(request.value(), runner, [&](const std::string& what) { status.show(what); });
  status.clear();
  if (interrupted()) return fail(kInterrupted, "interrupted; nothing was written");
  if (!found.ok()) return fail(found.error());
  const Json document = recommendation_to_json(found.value(), command_text(recommend_spec, words));
  const InterruptHold until_written;
  const Status written = keep_output(output, write_json(document), "recommendation");
  if (!written.ok()) return fail(written.error());
  if (!line.arguments.has("no-table"))
    note(printable_lines(recommendation_text(found.value(), terminal_width())));
  return kDone;
}

}  // namespace daris
