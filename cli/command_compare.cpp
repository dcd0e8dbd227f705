#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "analysis/comparison/comparison_text.h"
#include "analysis/report/report.h"
#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "base/nearest_name.h"
#include "base/number_text.h"
#include "base/printable_text.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/run_options.h"
#include "experiment/sweep/merge.h"
#include "policy/switches.h"

namespace daris {
namespace {

constexpr std::size_t kFullTablesMax = 4;  // points that get all their rows unasked

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    if (end > begin) words.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys{"switches"};
  for (const RunOption& option : run_options()) keys.push_back(option.key);
  for (const SwitchInfo& info : switch_table()) keys.push_back(info.key);
  return keys;
}

Result<std::vector<std::string>> keys_from(const Arguments& arguments, const std::string& flag) {
  std::vector<std::string> keys = words_of(arguments.text(flag));
  const std::vector<std::string_view> known = known_keys();
  for (const std::string& key : keys) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return Error{
          fmt::format("--{}: \"{}\" is no key of a configuration; {}", flag, key, did_you_mean(key, known))};
  }
  if (arguments.has(flag) && keys.empty()) return Error{"--" + flag + ": a key is needed"};
  return keys;
}

Result<ComparisonSettings> settings_from(const Arguments& arguments) {
  ComparisonSettings settings;
  if (arguments.has("by") && arguments.has("ignore"))
    return Error{"--by and --ignore: only one of them can be given"};
  DARIS_TRY_ASSIGN(settings.match.by, keys_from(arguments, "by"));
  DARIS_TRY_ASSIGN(settings.match.ignore, keys_from(arguments, "ignore"));
  DARIS_TRY_ASSIGN(const std::optional<double> tolerance, share_from(arguments, "tolerance", {}));
  settings.tolerance = tolerance.value_or(settings.tolerance);
  settings.figures = words_of(arguments.text("figures"));
  settings.skip_throttled = arguments.has("skip-throttled");
  return settings;
}

// A report, or what a sweep's folder has finished.
Result<Json> read_side(const std::string& name) {
  std::error_code error;
  if (!std::filesystem::is_directory(name, error)) return read_report(name);
  return merge_folders({name});
}

void show_tables(const Arguments& arguments, const Comparison& comparison) {
  if (arguments.has("no-table")) return;
  const bool all = arguments.has("table") || comparison.points.size() <= kFullTablesMax;
  note(comparison_table(comparison, !all, terminal_width()) +
       comparison_summary(comparison, terminal_width()));
  if (!comparison.left_out.empty())
    note(fmt::format("left out: {}, the first one ({}): {}", counted(comparison.left_out.size(), "point"),
                     printable(comparison.left_out.front().id),
                     printable(comparison.left_out.front().reason)));
}

}  // namespace

CommandSpec compare_spec() {
  CommandSpec spec;
  spec.name = "compare";
  spec.usage = "A B [options]";
  spec.description =
      "Says what got better and what worse from report A to report B. Points of one configuration are "
      "compared\n"
      "figure by figure, and run by run if both have the same seeds. Each difference comes with its 95% "
      "interval and\n"
      "a verdict: better, worse, same, too little data. Writes JSON (schema daris.comparison) and prints "
      "tables to\n"
      "standard error. Exits with 1 if a figure is worse by more than the tolerance.";
  spec.flags = {
      {"output,o", "FILE", "write the JSON there (default: standard output)", false, true},
      {"tolerance", "X",
       "a figure that gets worse by no more than this is no regression: a share such as 0.02 or 2%; for a "
       "rate, points (default: 1%)"},
      {"ignore", "KEY[,KEY]", "keys of the configuration that may differ between A and B: policy,bound"},
      {"by", "KEY[,KEY]", "only these keys have to be equal: task_set,load"},
      {"figures", "NAME[,NAME]", "compare only these: on_time_jobs_per_s,level0_deadline_miss_rate"},
      {"skip-throttled", "", "leave out live points whose SM clock was throttled"},
      {"table", "",
       fmt::format("print all figures of every point (default: above {} points only what changed)",
                   kFullTablesMax)},
      {"no-table", "", "print no tables"}};
  spec.operands_min = spec.operands_max = 2;
  spec.operand = "report (or a sweep's folder)";
  spec.notes =
      "A verdict is \"same\" only if the interval lies within the tolerance. One run on each side is too "
      "little data,\n"
      "unless all values are equal.\n\n"
      "Examples:\n"
      "  daris compare before.json after.json --tolerance 2% -o comparison.json\n"
      "  daris compare edf.json daris.json --ignore policy\n" +
      exit_codes_help();
  return spec;
}

int command_compare(std::span<const std::string> words) {
  const CommandSpec spec = compare_spec();
  const CommandLine line = read_command_line(spec, words);
  if (line.exit_code) return *line.exit_code;
  const std::string output = line.arguments.text("output");
  if (const Status writable = check_output(output); !writable.ok()) return fail(writable.error());
  const Result<ComparisonSettings> settings = settings_from(line.arguments);
  if (!settings.ok()) return fail(settings.error());
  const std::vector<std::string>& files = line.arguments.operands();
  const Result<Json> before = read_side(files[0]);
  if (!before.ok()) return fail(before.error());
  const Result<Json> after = read_side(files[1]);
  if (!after.ok()) return fail(after.error());
  const ComparedReport a{files[0], &before.value()};
  const ComparedReport b{files[1], &after.value()};
  const Result<Comparison> comparison = compare_reports(a, b, settings.value());
  if (!comparison.ok()) return fail(comparison.error());
  const Json document =
      comparison_to_json(comparison.value(), a, b, settings.value(), command_text(spec, words));
  const Status written = keep_output(output, write_json(document), "comparison");
  if (!written.ok()) return fail(written.error());
  show_tables(line.arguments, comparison.value());
  const std::size_t worse = regressions(comparison.value());
  if (worse == 0) return kDone;
  return fail(kCheckFailed, fmt::format("{} {} worse by more than {:.3g}%", counted(worse, "figure"),
                                        worse == 1 ? "is" : "are", 100 * settings.value().tolerance));
}

}  // namespace daris
