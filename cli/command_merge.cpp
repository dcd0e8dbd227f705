#include <fmt/format.h>

#include <algorithm>

#include "analysis/report/checked_report.h"
#include "analysis/report/point_warnings.h"
#include "analysis/report/report.h"
#include "analysis/report/report_table.h"
#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/printable_text.h"
#include "cli/best_table.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/sweep/merge.h"
#include "experiment/sweep/sweep_folder.h"

namespace daris {
namespace {

constexpr std::size_t kTableRowsMax = 40;
constexpr std::size_t kGapsMax = 20;  // that are named

void show_table(const Arguments& arguments, const Json& report) {
  if (arguments.has("no-table")) return;
  const std::size_t points = report["points"].size();
  if (points <= kTableRowsMax || arguments.has("table")) return note(report_table(report, terminal_width()));
  note(best_table(report, terminal_width()));
  note(fmt::format("--table prints all {} points", points));
}

void show_failures(const Json& report) {
  for (const Json& failure : report.value("not_run", Json::array())) {
    note(fmt::format("{} could not be run: {}", failure["id"].get<std::string>(),
                     printable(failure["reason"].get<std::string>())));
  }
}

void show_gaps(const Merged& merged) {
  if (merged.missing.empty()) return;
  const std::size_t named = std::min(merged.missing.size(), kGapsMax);
  for (std::size_t i = 0; i < named; ++i) note(fmt::format("{} is not finished", merged.missing[i]));
  if (named < merged.missing.size()) note(fmt::format("and {} more", merged.missing.size() - named));
  note(fmt::format("{} of {} planned points are not finished; daris sweep goes on with them",
                   merged.missing.size(), merged.planned));
}

// A report among the points would be taken for one.
Status check_apart(const std::string& output, const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    if (is_standard_output(output) || !SweepFolder(folder).is_own_file(output)) continue;
    return Error{"--output: " + output + " is one of the files of sweep " + folder + "; give another file"};
  }
  return {};
}

}  // namespace

CommandSpec merge_spec() {
  CommandSpec spec;
  spec.name = "merge";
  spec.usage = "DIR... [options]";
  spec.description =
      "Makes one report (JSON, schema daris.report) of the finished points in folders of `daris sweep`, and\n"
      "prints a table of them to standard error. Equal points give equal bytes, wherever and whenever they "
      "ran.";
  spec.flags = {{"output,o", "FILE", "write the report there (default: standard output)", false, true},
                {"table", "",
                 "print a row for every point (default: above 40 points only the best shape of each policy)"},
                {"no-table", "", "print none"}};
  spec.operands_min = 1;
  spec.operands_max = 10'000;
  spec.operand = "DIR";
  spec.notes =
      "Examples:\n"
      "  daris merge out/sweep -o out/report.json\n"
      "  daris merge shard1 shard2 shard3 -o report.json\n" +
      exit_codes_help();
  return spec;
}

int command_merge(std::span<const std::string> words) {
  const CommandLine line = read_command_line(merge_spec(), words);
  if (line.exit_code) return *line.exit_code;
  const auto& folders = line.arguments.operands();
  const Status apart = check_apart(line.arguments.text("output"), folders);
  if (!apart.ok()) return fail(apart.error());
  const Status writable = check_output(line.arguments.text("output"));
  if (!writable.ok()) return fail(writable.error());
  const Result<Merged> merged = merge_folders({folders.begin(), folders.end()});
  if (!merged.ok()) return fail(merged.error());
  check_report(merged.value().report);
  const Status written =
      keep_output(line.arguments.text("output"), write_report(merged.value().report), "report");
  if (!written.ok()) return fail(written.error());
  show_table(line.arguments, merged.value().report);
  show_failures(merged.value().report);
  PointWarnings warnings;
  for (const Json& point : merged.value().report["points"]) warnings.add(point);
  for (const std::string& text : warnings.lines()) note(text);
  show_gaps(merged.value());
  return kDone;
}

}  // namespace daris
