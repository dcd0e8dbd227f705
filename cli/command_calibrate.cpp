#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "analysis/report/text_table.h"
#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/host/terminal.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/inputs.h"
#include "sim/contention_parameters.h"
#include "sim/fit/fit_contention.h"

namespace daris {
namespace {

std::string summary_text(const ErrorSummary& summary) {
  if (summary.count == 0) return "none";
  return fmt::format("{} with median error {:.1f}%, nine tenths below {:.1f}%, largest {:.1f}%",
                     summary.count, 100 * summary.median, 100 * summary.ninth_decile, 100 * summary.largest);
}

std::string fit_table(const FitReport& fit, std::size_t width_max) {
  std::vector<TextRow> rows{{"measurement", "measured", "modelled", "error", ""}};
  for (const FitRow& row : fit.rows) {
    rows.push_back({row.what, fmt::format("{:.6g}", row.measured), fmt::format("{:.6g}", row.modelled),
                    fmt::format("{:.1f}%", 100 * row.relative_error()), row.held_out ? "held out" : ""});
  }
  const std::string summary = fmt::format("fitted on {}; held out {}\n", summary_text(fit.summary(false)),
                                          summary_text(fit.summary(true)));
  return fmt::format("backend {}\n", to_text(fit.backend)) +
         text_table(rows, {.left_columns = 1, .last_left = true, .width_max = width_max}) +
         wrapped(summary, width_max);
}

std::optional<BackendContention>& parameters_of(ContentionParameters& parameters, Backend backend) {
  if (backend == Backend::kGreen) return parameters.green;
  return backend == Backend::kMps ? parameters.mps : parameters.streams;
}

bool measured_together(const Profile& profile, Backend backend) {
  for (const Saturation& saturation : profile.saturations) {
    if (saturation.shape.backend == backend) return true;
  }
  for (const NeighbourTime& time : profile.neighbours) {
    if (time.shape.backend == backend) return true;
  }
  return false;
}

Result<ContentionParameters> fit_all(const Profile& profile) {
  ContentionParameters parameters;
  parameters.gpu = profile.gpu.name;
  bool fitted = false;
  for (const Backend backend : {Backend::kGreen, Backend::kMps, Backend::kStreams}) {
    if (!measured_together(profile, backend)) continue;
    DARIS_TRY_ASSIGN(const FitReport fit,
                     fit_contention(profile, backend, parameters.green ? &*parameters.green : nullptr));
    note(fit_table(fit, terminal_width()));
    parameters_of(parameters, backend) = fit.parameters;
    fitted = true;
  }
  if (!fitted) return Error{"the profile has no saturation and no times beside neighbours to fit on"};
  return parameters;
}

}  // namespace

CommandSpec calibrate_spec() {
  CommandSpec spec;
  spec.name = "calibrate";
  spec.usage = "[--profile FILE|NAME] [-o FILE]";
  spec.description =
      "Fits the contention model's parameters (JSON, schema daris.contention-model) to a profile's "
      "measurements\n"
      "of stages that run together, for each backend apart. Half of the shapes are fitted on, and the other\n"
      "half is held out. Prints each measurement beside the model's answer to standard error.";
  spec.flags = {{"profile", "FILE|NAME", "the measurements (default: the first of `daris list profiles`)"},
                {"name", "TEXT", "what the model is called (default: the profile's name)"},
                {"output,o", "FILE", "write the model there (default: standard output)", false, true}};
  spec.notes = "Example:\n  daris calibrate --profile h100-80gb-hbm3 -o model.json\n" + exit_codes_help();
  return spec;
}

int command_calibrate(std::span<const std::string> words) {
  const CommandSpec calibrate = calibrate_spec();
  const CommandLine line = read_command_line(calibrate, words);
  if (line.exit_code) return *line.exit_code;
  const Status writable = check_output(line.arguments.text("output"));
  if (!writable.ok()) return fail(writable.error());
  Inputs inputs;
  const Result<std::shared_ptr<const ProfileInput>> profile = inputs.profile(line.arguments.text("profile"));
  if (!profile.ok()) return fail(profile.error());
  Result<ContentionParameters> parameters = fit_all(profile.value()->contents);
  if (!parameters.ok())
    return fail(parameters.error().in(fmt::format("profile \"{}\"", profile.value()->name)));
  parameters.value().name =
      line.arguments.has("name") ? line.arguments.text("name") : profile.value()->contents.name;
  parameters.value().command = command_text(calibrate, words);
  return conclude(keep_output(line.arguments.text("output"), write_contention(parameters.value()), "model"));
}

}  // namespace daris
