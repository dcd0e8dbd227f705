#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "analysis/trace/blame_report.h"
#include "analysis/trace/run_trace.h"
#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/host/output_claim.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "base/printable_text.h"
#include "cli/command_line.h"
#include "cli/commands.h"

namespace daris {
namespace {

constexpr std::size_t kLogsMax = 100;

Result<std::vector<BlamedRun>> read_runs(const std::vector<std::string>& logs) {
  std::vector<BlamedRun> runs;
  runs.reserve(logs.size());
  for (const std::string& log : logs) {
    DARIS_TRY_ASSIGN(RunTimeline timeline, read_timeline(log));
    if (timeline.cut_off) note(fmt::format("{}: the log is cut off; what there is of it", printable(log)));
    std::vector<MissBlame> blames = blame_misses(timeline);
    runs.push_back({std::move(timeline), std::move(blames)});
  }
  return runs;
}

Status check_outputs(const Arguments& arguments) {
  if (!arguments.has("output") && !arguments.has("blame")) return Error{"-o FILE is needed, or --blame FILE"};
  for (const std::string flag : {"output", "blame"}) {
    if (!arguments.has(flag)) continue;
    DARIS_TRY(claim_output("--" + flag, arguments.text(flag)));
    DARIS_TRY(check_output(arguments.text(flag)));
  }
  return {};
}

}  // namespace

CommandSpec trace_spec() {
  CommandSpec spec;
  spec.name = "trace";
  spec.usage = "LOG... -o FILE [options]";
  spec.description =
      "Turns event logs, simulated and live, into one trace for Perfetto (https://ui.perfetto.dev): a track "
      "for each\n"
      "stream of each context and for each task, counters, arrows from stage to stage, and a cause at each "
      "missed\n"
      "deadline. All logs begin at the trace's time 0. Prints how many jobs missed for which cause.";
  spec.flags = {{"output,o", "FILE", "write the trace there (needed without --blame)"},
                {"blame", "FILE",
                 "write the causes of all misses there as JSON (schema daris.blame; - is standard output)"},
                {"no-table", "", "print no table"}};
  spec.operands_min = 1;
  spec.operands_max = kLogsMax;
  spec.operand = "LOG";
  spec.notes =
      "Examples:\n"
      "  daris sim --task-set resnet18-paper --load 2 --log run.jsonl -o report.json\n"
      "  daris trace run.jsonl -o run.pftrace\n"
      "  daris trace simulated.jsonl live.jsonl -o both.pftrace --blame blame.json\n" +
      exit_codes_help();
  return spec;
}

int command_trace(std::span<const std::string> words) {
  const CommandSpec spec = trace_spec();
  const CommandLine line = read_command_line(spec, words);
  if (line.exit_code) return *line.exit_code;
  if (const Status outputs = check_outputs(line.arguments); !outputs.ok()) return fail(outputs.error());
  const Result<std::vector<BlamedRun>> runs = read_runs(line.arguments.operands());
  if (!runs.ok()) return fail(runs.error());
  if (line.arguments.has("output")) {
    const Status written = keep_output(line.arguments.text("output"), make_trace(runs.value()), "trace");
    if (!written.ok()) return fail(written.error());
  }
  if (line.arguments.has("blame")) {
    const Json document = blame_to_json(runs.value(), command_text(spec, words));
    const Status written = keep_output(line.arguments.text("blame"), write_json(document), "blame");
    if (!written.ok()) return fail(written.error());
  }
  if (!line.arguments.has("no-table")) note(blame_table(runs.value(), terminal_width()));
  return kDone;
}

}  // namespace daris
