#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/publication/page.h"
#include "analysis/publication/picture_script.h"
#include "analysis/publication/points_csv.h"
#include "analysis/publication/printed_table.h"
#include "analysis/publication/published.h"
#include "base/host/data_directory.h"
#include "base/host/exit_code.h"
#include "base/host/files.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/parallel.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/point_command.h"

namespace daris {
namespace {


CommandSpec spec() {
  CommandSpec spec;
  spec.name = "report";
  spec.usage = "REPORT... -o FOLDER [options]";
  spec.description =
      "Makes of reports, simulated or live, what goes into a paper: points.csv for pandas and R (a row a "
      "point "
      "and\n"
      "level), tables in LaTeX (booktabs) and Markdown, figures in column width as PDF, SVG and PNG, and "
      "index.html,\n"
      "one page of all points that opens without a network. Validations (daris.validation) and ablations\n"
      "(daris.ablations) among the files are drawn too.";
  spec.flags = {{"output,o", "FOLDER", "write there; needed. Files of that name are replaced, others stay"},
                {"no-figures", "", "leave the figures out: they take seconds, and need matplotlib"}};
  spec.operands_min = 1;
  spec.operands_max = 10'000;
  spec.operand = "REPORT";
  spec.notes =
      "Without matplotlib the tables and the page are written all the same; one line says what is "
      "missing.\n\n"
      "Examples:\n"
      "  daris merge out/sweep -o out/report.json && daris report out/report.json -o out/paper\n"
      "  daris report simulated.json live.json validation.json -o out/paper\n" +
      exit_codes_help();
  return spec;
}

// A file of the folder, with its text.
Status put(const std::filesystem::path& folder, const char* name, const std::string& text) {
  return write_file_atomically(folder / name, text);
}

Status write_tables(const Published& published, std::span<const PublishedPoint> points,
                    const std::filesystem::path& folder) {
  DARIS_TRY(put(folder, "points.csv", points_csv(published, points)));
  const PrintedTable all = points_table(published, points);
  DARIS_TRY(put(folder, "tables/points.md", to_markdown(all)));
  DARIS_TRY(put(folder, "tables/points.tex", to_latex(all)));
  const PrintedTable best = points_table(published, best_of(published, points));
  DARIS_TRY(put(folder, "tables/best.md", to_markdown(best)));
  return put(folder, "tables/best.tex", to_latex(best));
}

Status publish(const Published& published, const Arguments& arguments, const std::string& command) {
  const std::filesystem::path folder = arguments.text("output");
  const std::vector<PublishedPoint> points = points_of(published);
  DARIS_TRY_ASSIGN(const std::filesystem::path data, data_directory());
  DARIS_TRY(write_tables(published, points, folder));
  Pictures pictures;
  if (!arguments.has("no-figures")) {
    DARIS_TRY_ASSIGN(pictures, draw_pictures(published, folder / "figures", data, interrupted));
  }
  if (!pictures.problem.empty()) note("no figures: " + pictures.problem);
  DARIS_TRY_ASSIGN(const std::string page,
                   make_page({&published, points, pictures.figures, command, point_command}, data));
  DARIS_TRY(put(folder, "index.html", page));
  note(fmt::format("{} points, {} figures: {}", points.size(), pictures.figures.size(),
                   (folder / "index.html").string()));
  return {};
}

}  // namespace

int command_report(std::span<const std::string> words) {
  const CommandSpec report_spec = spec();
  const CommandLine line = read_command_line(report_spec, words);
  if (line.exit_code) return *line.exit_code;
  const std::string folder = line.arguments.text("output");
  if (folder.empty() || folder == "-")
    return fail(kBadInput, "-o: a folder is needed; a report becomes several files");
  const std::string page = (std::filesystem::path(folder) / "index.html").string();
  if (const Status writable = check_output(page); !writable.ok()) return fail(writable.error());
  catch_interrupts({kLiveGrace, "interrupted; the folder may lack files"});
  const Result<Published> published = read_published(line.arguments.operands(), all_cores());
  if (!published.ok()) return fail(published.error());
  const Status status = publish(published.value(), line.arguments, command_text(report_spec, words));
  if (interrupted()) return fail(kInterrupted, "interrupted; the folder may lack files");
  return conclude(status);
}

}  // namespace daris
