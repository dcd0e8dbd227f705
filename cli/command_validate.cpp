#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "base/number_text.h"
#include "base/printable_text.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/simulated/simulated_runner.h"
#include "experiment/validation/tolerances.h"
#include "experiment/validation/validation.h"
#include "experiment/validation/validation_json.h"
#include "experiment/validation/validation_table.h"

namespace daris {
namespace {

constexpr std::size_t kRowsMax = 40;

// What the command was told, read before anything is simulated.
struct ValidateInputs {
  std::vector<LivePoint> live;
  PredictionSettings settings;
  std::optional<Tolerances> tolerances;
  std::optional<Json> baseline;
  std::size_t threads = 1;
};

Result<ValidateInputs> read_inputs(const Arguments& arguments) {
  ValidateInputs inputs;
  DARIS_TRY_ASSIGN(inputs.threads, threads_from(arguments));
  inputs.settings = {arguments.text("profile"), arguments.text("model"),   arguments.text("task-sets"),
                     arguments.text("power"),   arguments.has("schedule"), arguments.has("references")};
  if (arguments.has("tolerances")) {
    DARIS_TRY_ASSIGN(inputs.tolerances, read_tolerances(arguments.text("tolerances")));
  }
  if (arguments.has("baseline")) {
    DARIS_TRY_ASSIGN(inputs.baseline, read_validation(arguments.text("baseline")));
  }
  Inputs known;  // what is named for all points must be there, or none could be predicted
  if (!inputs.settings.profile.empty()) DARIS_TRY(known.profile(inputs.settings.profile));
  if (!inputs.settings.model.empty()) DARIS_TRY(known.contention(inputs.settings.model, ""));
  DARIS_TRY(known.power(inputs.settings.power));
  for (const std::string& file : arguments.operands()) {
    DARIS_TRY_ASSIGN(std::vector<LivePoint> points, read_live_points(file));
    std::move(points.begin(), points.end(), std::back_inserter(inputs.live));
  }
  if (const std::size_t copies = erase_copies(inputs.live); copies > 0)
    note(fmt::format("left out as copies of others: {}", counted(copies, "live point")));
  return inputs;
}

void show_tables(const Arguments& arguments, const Validation& validation) {
  if (arguments.has("no-table")) return;
  if (arguments.has("table") || validation.points.size() <= kRowsMax)
    note(validation_points_table(validation, terminal_width()));
  note(validation_table(validation, terminal_width()));
}

Result<Validation> validate_with_progress(const ValidateInputs& inputs) {
  SimulatedRunner runner;
  Progress progress(simulations_of(inputs.live, inputs.settings), "points", ProgressMode::kAuto);
  return validate(inputs.live, inputs.settings, runner, inputs.threads,
                  {interrupted, [&] { progress.advance(); }});
}

// REQUIRES: the document is written.
int judge(const ValidateInputs& inputs, const Validation& validation) {
  const bool asked = inputs.tolerances || inputs.baseline;
  if (asked && validation.points.empty())
    return fail(kCheckFailed, "no point could be simulated, so nothing was checked");
  std::vector<std::string> wrong;
  if (inputs.tolerances) wrong = past_tolerances(validation, *inputs.tolerances);
  if (inputs.baseline) {
    for (std::string& line : worse_than(validation, *inputs.baseline)) wrong.push_back(std::move(line));
  }
  if (wrong.empty()) return kDone;
  for (std::size_t i = 0; i + 1 < wrong.size(); ++i) note(printable(wrong[i]));
  return fail(kCheckFailed, printable(wrong.back()));
}

}  // namespace

CommandSpec validate_spec() {
  CommandSpec spec;
  spec.name = "validate";
  spec.usage = "LIVE... [options]";
  spec.description =
      "Simulates what live reports and live event logs measured, and says how far the two are apart: the "
      "errors of\n"
      "each figure over all points, the hardware's own spread from run to run beside them, the points that "
      "can't be\n"
      "simulated, and the worst ones with their causes. Each point is simulated with the tasks, replications "
      "and\n"
      "largest batch of its live run; a log gives its own releases. Writes JSON (schema daris.validation) "
      "and prints\n"
      "tables to standard error.";
  spec.flags = {
      {"output,o", "FILE", "write the JSON there (default: standard output)", false, true},
      {"profile", "FILE|NAME", "predict all points by this profile (default: the bundled one of their GPU)"},
      {"model", "FILE|NAME", "the contention model's parameters (default: that of the profile's GPU)"},
      {"power", "FILE|NAME",
       "the power model (default: the bundled one of the points' GPU, if there is one)"},
      {"task-sets", "DIR", "where task sets that are files lie (default: beside the report)"},
      {"schedule", "",
       "simulate each live log with its own decisions too, which tells other decisions from errors of the "
       "model"},
      {"references", "",
       "predict the hard points by min(offered, saturation) and without contention too, as a yardstick"},
      {"tolerances", "FILE",
       "exit with 1 if an error is past a limit of this file (schema daris.tolerances)"},
      {"baseline", "FILE",
       "exit with 1 if an error of the summary is worse, by more than a tenth of itself, than in this "
       "earlier "
       "validation"},
      {"brief", "", "leave the points out of the JSON, and keep the summaries"},
      {"threads", "N", "points that are simulated side by side (default: all cores); changes no result"},
      {"table", "", fmt::format("print a row for every point (default: up to {} points)", kRowsMax)},
      {"no-table", "", "print no tables"}};
  spec.operands_min = 1;
  spec.operands_max = 10'000;
  spec.operand = "LIVE";
  spec.notes =
      "A tolerances file, with shares for all limits (0.03 is 3%, or 3 points for a rate):\n"
      "  {\"schema\": \"daris.tolerances\", \"version\": 1, \"coverage_min\": 0.95, \"limits\": [\n"
      "    {\"figure\": \"throughput_jobs_per_s\", \"mean\": 0.03, \"p90\": 0.07, \"largest\": 0.15},\n"
      "    {\"figure\": \"response_p99_ms\", \"level\": 0, \"mean\": 0.06}]}\n\n"
      "Examples:\n"
      "  daris validate live.json -o validation.json\n"
      "  daris validate analysis/results/h100-80gb-hbm3/*.json --tolerances limits.json -o validation.json\n"
      "  daris validate h200.json --profile h100-80gb-hbm3 -o carried-over.json\n"
      "  daris validate live.jsonl --schedule --references -o why.json\n"
      "  python3 analysis/figures/plot_report.py validation.json -o figures\n" +
      exit_codes_help();
  return spec;
}

int command_validate(std::span<const std::string> words) {
  const CommandSpec spec = validate_spec();
  const CommandLine line = read_command_line(spec, words);
  if (line.exit_code) return *line.exit_code;
  const std::string output = line.arguments.text("output");
  if (const Status writable = check_output(output); !writable.ok()) return fail(writable.error());
  const Result<ValidateInputs> inputs = read_inputs(line.arguments);
  if (!inputs.ok()) return fail(inputs.error());
  catch_interrupts({kSimulatedGrace, "interrupted; nothing was written"});
  const Result<Validation> validation = validate_with_progress(inputs.value());
  if (interrupted()) return fail(kInterrupted, "interrupted; nothing was written");
  if (!validation.ok()) return fail(validation.error());
  const Json document =
      validation_to_json(validation.value(), command_text(spec, words), line.arguments.has("brief"));
  const Status written = keep_output(output, write_json(document), "validation");
  if (!written.ok()) return fail(written.error());
  show_tables(line.arguments, validation.value());
  return judge(inputs.value(), validation.value());
}

}  // namespace daris
