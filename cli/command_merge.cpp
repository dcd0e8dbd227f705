#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>

#include "analysis/report/best_points.h"
#include "analysis/report/point_warnings.h"
#include "analysis/report/report_table.h"
#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/printable_text.h"
#include "cli/best_table.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/sweep/id_set.h"
#include "experiment/sweep/merge.h"
#include "experiment/sweep/merged_points.h"
#include "experiment/sweep/sweep_folder.h"

namespace daris {
namespace {

constexpr std::size_t kTableRowsMax = 40;
constexpr std::size_t kGapsMax = 20;  // that are named

// What is told of the points beside the report. They go by while it is written.
class Told {
 public:
  Told(const Arguments& arguments, std::size_t points)
      : none_(arguments.has("no-table")), all_(points <= kTableRowsMax || arguments.has("table")) {}

  void add(const Json& point) {
    warnings_.add(point);
    if (none_) return;
    if (all_) {
      rows_.push_back(point);
    } else {
      best_.add(point);
    }
  }

  void show_table(const Json& head) const {
    if (none_) return;
    if (all_) {
      Json report = head;
      report["points"] = rows_;
      return note(report_table(report, terminal_width()));
    }
    note(best_table(head, best_, terminal_width()));
    note(fmt::format("--table prints all {} points", best_.added()));
  }
  void show_warnings() const {
    for (const std::string& text : warnings_.lines()) note(text);
  }

 private:
  bool none_;
  bool all_;
  Json rows_ = Json::array();
  BestPoints best_;
  PointWarnings warnings_;
};

void show_failures(const Json& report) {
  for (const Json& failure : report.value("not_run", Json::array())) {
    note(fmt::format("{} could not be run: {}", failure["id"].get<std::string>(),
                     printable(failure["reason"].get<std::string>())));
  }
}

void show_gaps(const MergedPoints& merged) {
  const std::vector<std::uint64_t>& missing = merged.missing();
  if (missing.empty()) return;
  const std::size_t named = std::min(missing.size(), kGapsMax);
  for (std::size_t i = 0; i < named; ++i) note(fmt::format("{} is not finished", id_text(missing[i])));
  if (named < missing.size()) note(fmt::format("and {} more", missing.size() - named));
  note(fmt::format("{} of {} planned points are not finished; daris sweep goes on with them", missing.size(),
                   merged.size() + missing.size()));
}

// Writes the report. A place that could not be written may have seen some of the points, and then `told` did.
Status write_merged(const std::string& output, const MergedPoints& merged, const Arguments& arguments,
                    std::optional<Told>& told) {
  const std::function<void(const Json&)> watch = [&](const Json& point) { told->add(point); };
  MergeText text(merged, watch);
  const TextPieces pieces = [&](const TakePiece& take) {
    told.emplace(arguments, merged.size());
    return text(take);
  };
  const Status written = keep_output(output, pieces, "report");
  return text.failure() ? Status(*text.failure()) : written;
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
  const Result<MergedPoints> merged = MergedPoints::of({folders.begin(), folders.end()});
  if (!merged.ok()) return fail(merged.error());
  std::optional<Told> told;
  const Status written = write_merged(line.arguments.text("output"), merged.value(), line.arguments, told);
  if (!written.ok()) return fail(written.error());
  told->show_table(merged.value().head());
  show_failures(merged.value().head());
  told->show_warnings();
  show_gaps(merged.value());
  return kDone;
}

}  // namespace daris
