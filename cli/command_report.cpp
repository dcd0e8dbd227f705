#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "analysis/publication/claim_points.h"
#include "analysis/publication/claims.h"
#include "analysis/publication/page.h"
#include "analysis/publication/picture_script.h"
#include "analysis/publication/points_csv.h"
#include "analysis/publication/printed_table.h"
#include "analysis/publication/published.h"
#include "analysis/publication/verdicts.h"
#include "base/host/data_directory.h"
#include "base/host/exit_code.h"
#include "base/host/files.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/output_claim.h"
#include "base/host/parallel.h"
#include "base/host/terminal.h"
#include "base/json/json.h"
#include "base/json/write.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "experiment/point_command.h"

namespace daris {
namespace {

// What the command was told, read before anything is written.
struct ReportInputs {
  Published published;
  std::optional<Claims> claims;
  std::string folder;  // empty: claims are judged, and nothing else
  bool figures = true;
  std::string command;
};

// What goes into the folder is claimed before anything is read. Figures are not: they are read again for the
// page, and check_figures() keeps them apart.
Status claim_folder(const std::filesystem::path& folder, bool claims) {
  std::vector<std::string> names{"points.csv", "index.html"};
  std::vector<std::string> tables{"points", "best"};
  if (claims) {
    names.emplace_back("verdicts.json");
    tables.emplace_back("claims");
  }
  for (const std::string& table : tables)
    for (const char* suffix : {".md", ".tex"}) names.push_back("tables/" + table + suffix);
  for (const std::string& name : names) DARIS_TRY(claim_output("-o", (folder / name).string()));
  return {};
}

// What the drawing may write over: the pictures that are there already. Empty if there is no folder.
std::vector<std::filesystem::path> pictures_in(const std::filesystem::path& folder) {
  constexpr std::array<std::string_view, 3> kSuffixes{".pdf", ".svg", ".png"};
  std::vector<std::filesystem::path> pictures;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::string suffix = entry->path().extension().string();
    if (std::find(kSuffixes.begin(), kSuffixes.end(), suffix) != kSuffixes.end())
      pictures.push_back(entry->path());
  }
  return pictures;
}

// Errors: of the input; an input is one of the pictures in the folder, by whatever name or link.
Status check_figures(const std::filesystem::path& folder, std::span<const std::string> files) {
  const std::vector<std::filesystem::path> pictures = pictures_in(folder / "figures");
  for (const std::string& file : files) {
    for (const std::filesystem::path& picture : pictures) {
      std::error_code failed;
      if (!std::filesystem::equivalent(file, picture, failed)) continue;
      return Error{
          fmt::format("{}: is read by this run, and a figure may be written over it ({}); give -o another "
                      "folder",
                      file, picture.string())};
    }
  }
  return {};
}

// Errors: of the input; two files are the same, so that each of their points would count twice.
Status check_different(const Published& published) {
  std::map<std::string, std::string> known;
  for (const auto* list :
       {&published.reports, &published.validations, &published.ablations, &published.others}) {
    for (const PublishedDocument& document : *list) {
      const auto [first, added] = known.try_emplace(document.sha256, document.file);
      if (added) continue;
      return Error{document.file + ": has the same content as " + first->second +
                   ", which is given too; each file is needed once"};
    }
  }
  return {};
}

Status keep_apart(const ReportInputs& inputs, const Arguments& arguments) {
  DARIS_TRY(claim_folder(inputs.folder, arguments.has("claims")));
  std::vector<std::string> files(arguments.operands().begin(), arguments.operands().end());
  if (arguments.has("claims")) files.push_back(arguments.text("claims"));
  return inputs.figures ? check_figures(inputs.folder, files) : Status();
}

Result<ReportInputs> read_inputs(const Arguments& arguments) {
  ReportInputs inputs;
  inputs.folder = arguments.text("output");
  inputs.figures = !arguments.has("no-figures");
  if (inputs.folder == "-" || (inputs.folder.empty() && !arguments.has("claims")))
    return Error{"-o: a folder is needed; a report becomes several files"};
  const std::string page = (std::filesystem::path(inputs.folder) / "index.html").string();
  DARIS_TRY(check_output(inputs.folder.empty() ? "" : page));
  if (!inputs.folder.empty()) DARIS_TRY(keep_apart(inputs, arguments));
  if (arguments.has("claims")) {
    DARIS_TRY_ASSIGN(inputs.claims, read_claims(arguments.text("claims")));
  }
  DARIS_TRY_ASSIGN(inputs.published, read_published(arguments.operands(), all_cores()));
  DARIS_TRY(check_different(inputs.published));
  if (!inputs.folder.empty()) DARIS_TRY(check_points(inputs.published));
  return inputs;
}

// A file of the folder, with its text.
Status put(const std::filesystem::path& folder, const std::string& name, const std::string& text) {
  return write_file_atomically(folder / name, text);
}

Status put_table(const std::filesystem::path& folder, const std::string& name, const PrintedTable& table) {
  DARIS_TRY(put(folder, "tables/" + name + ".md", to_markdown(table)));
  return put(folder, "tables/" + name + ".tex", to_latex(table));
}

// Writes and prints the verdicts. Gives their table, if there are claims.
Result<std::optional<PrintedTable>> judge(const ReportInputs& inputs) {
  if (!inputs.claims) return std::optional<PrintedTable>();
  const std::vector<ClaimResult> results = judge_claims(*inputs.claims, worlds_of(inputs.published));
  const std::string json = write_json(verdicts_to_json(*inputs.claims, results, inputs.command));
  const PrintedTable table = verdicts_table(*inputs.claims, results);
  if (inputs.folder.empty()) {
    DARIS_TRY(write_output("", json));
  } else {
    DARIS_TRY(put(inputs.folder, "verdicts.json", json));
    DARIS_TRY(put_table(inputs.folder, "claims", table));
  }
  note(verdicts_text(results, terminal_width()));
  return std::optional<PrintedTable>(table);
}

Status put_all_points(const ReportInputs& inputs, std::span<const PublishedPoint> points) {
  return put_table(inputs.folder, "points", points_table(inputs.published, points));
}

Status put_best_points(const ReportInputs& inputs, std::span<const PublishedPoint> points) {
  return put_table(inputs.folder, "best", points_table(inputs.published, best_of(inputs.published, points)));
}

// Does all of it, on as many cores as there are. Errors: the first of those in order.
Status at_once(std::initializer_list<std::function<Status()>> parts) {
  std::vector<Status> ends(parts.size());
  for_each_index(
      parts.size(), all_cores(), [&](std::size_t i) { ends[i] = std::data(parts)[i](); },
      [] { return false; });
  for (const Status& end : ends) DARIS_TRY(end);
  return {};
}

Status publish(const ReportInputs& inputs) {
  DARIS_TRY_ASSIGN(const std::optional<PrintedTable> claims, judge(inputs));
  if (inputs.folder.empty()) return {};
  const std::filesystem::path folder = inputs.folder;
  const std::vector<PublishedPoint> points = points_of(inputs.published);
  DARIS_TRY_ASSIGN(const std::filesystem::path data, data_directory());
  // Before the figures, which take longest and may be missing.
  std::optional<Page> page;
  const auto put_page = [&]() -> Status {
    const PageContents contents{&inputs.published, points, claims ? &*claims : nullptr, inputs.command,
                                point_command};
    DARIS_TRY_ASSIGN(page, Page::make(contents, data));
    return put(folder, "index.html", page->with({}));
  };
  DARIS_TRY(at_once({put_page, [&] { return put_all_points(inputs, points); },
                     [&] { return put(folder, "points.csv", points_csv(inputs.published, points)); },
                     [&] { return put_best_points(inputs, points); }}));
  Pictures pictures;
  if (inputs.figures) {
    DARIS_TRY_ASSIGN(pictures, draw_pictures(inputs.published, folder / "figures", data, interrupted));
  }
  if (!pictures.problem.empty()) note("no figures: " + pictures.problem);
  if (!pictures.figures.empty()) DARIS_TRY(put(folder, "index.html", page->with(pictures.figures)));
  note(fmt::format("{} points, {} figures: {}", points.size(), pictures.figures.size(),
                   (folder / "index.html").string()));
  return {};
}

}  // namespace

CommandSpec report_spec() {
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
      "(daris.ablations) among the files are drawn too.\n\n"
      "With --claims it also says which claims hold in each world of the reports, and in what others "
      "published\n"
      "(daris.published): holds, fails or undecided, with the interval that decides. Without -o it does that "
      "alone.";
  spec.flags = {{"output,o", "FOLDER", "write there. Files of that name are replaced, others stay"},
                {"claims", "FILE",
                 "judge these claims (schema daris.claims): a table on standard error, and JSON (schema "
                 "daris.verdicts) in the folder, or on standard output without -o"},
                {"no-figures", "", "leave the figures out: they take seconds, and need matplotlib"}};
  spec.operands_min = 1;
  spec.operands_max = 10'000;
  spec.operand = "REPORT";
  spec.notes =
      "Without matplotlib the tables and the page are written all the same; one line says what is "
      "missing.\n\n"
      "Examples:\n"
      "  daris merge out/sweep -o out/report.json && daris report out/report.json -o out/paper\n"
      "  daris report simulated.json live.json validation.json -o out/paper\n"
      "  daris report --claims experiments/claims.json analysis/published/rtx2080ti-runs.json report.json\n" +
      exit_codes_help();
  return spec;
}

int command_report(std::span<const std::string> words) {
  const CommandSpec spec = report_spec();
  const CommandLine line = read_command_line(spec, words);
  if (line.exit_code) return *line.exit_code;
  catch_interrupts({kLiveGrace, "interrupted; the folder may lack files"});
  Result<ReportInputs> inputs = read_inputs(line.arguments);
  if (!inputs.ok()) return fail(inputs.error());
  inputs.value().command = command_text(spec, words);
  const Status status = publish(inputs.value());
  if (interrupted()) return fail(kInterrupted, "interrupted; the folder may lack files");
  return conclude(status);
}

}  // namespace daris
