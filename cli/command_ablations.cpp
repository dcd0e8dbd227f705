#include "analysis/report/ablation.h"
#include "analysis/report/report.h"
#include "base/host/exit_code.h"
#include "base/host/output.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "cli/command_line.h"
#include "cli/commands.h"

namespace daris {

CommandSpec ablations_spec() {
  CommandSpec spec;
  spec.name = "ablations";
  spec.usage = "REPORT [-o FILE]";
  spec.description =
      "Says what each switch of the scheduler is worth. Compares, replication by replication, the points of "
      "a\n"
      "report that differ in one switch. Gives each difference with its 95% interval and a verdict on the\n"
      "change: hurts, no difference, helps. Writes JSON (schema daris.ablations) and prints a table to "
      "standard\n"
      "error.";
  spec.flags = {{"output,o", "FILE", "write the JSON there (default: standard output)", false, true}};
  spec.operands_min = spec.operands_max = 1;
  spec.operand = "REPORT";
  spec.notes =
      "Example:\n"
      "  daris sweep ablations.json -o out/ablations && daris merge out/ablations -o report.json\n"
      "  daris ablations report.json -o ablations.json        (`make ablations` does all of it)\n" +
      exit_codes_help();
  return spec;
}

int command_ablations(std::span<const std::string> words) {
  const CommandLine line = read_command_line(ablations_spec(), words);
  if (line.exit_code) return *line.exit_code;
  const Status writable = check_output(line.arguments.text("output"));
  if (!writable.ok()) return fail(writable.error());
  const std::string& file = line.arguments.operands().front();
  const Result<Json> report = read_report(file);
  if (!report.ok()) return fail(report.error());
  const Result<std::vector<AblationRow>> rows = make_ablations(report.value());
  if (!rows.ok()) return fail(rows.error().in(file));
  const Status written =
      keep_output(line.arguments.text("output"), write_json(ablations_to_json(rows.value(), report.value())),
                  "ablations");
  if (!written.ok()) return fail(written.error());
  note(ablations_table(rows.value(), terminal_width()));
  return kDone;
}

}  // namespace daris
