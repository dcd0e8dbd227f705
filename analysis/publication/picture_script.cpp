#include "analysis/publication/picture_script.h"

#include <chrono>
#include <sstream>

#include "base/host/child_process.h"
#include "base/host/files.h"
#include "base/host/kept_stream.h"
#include "base/json/json.h"
#include "base/json/parse.h"

namespace daris {
namespace {

// The Python that the distribution's matplotlib belongs to, even if another one comes first on the PATH.
constexpr const char* kPython = "/usr/bin/python3";
constexpr const char* kScript = "analysis/figures/draw_report.py";
constexpr std::chrono::milliseconds kPatience{200};
constexpr double kGraceSeconds = 2;

std::vector<std::string> files_of(const Published& published) {
  std::vector<std::string> files;
  for (const auto* list : {&published.reports, &published.validations, &published.ablations})
    for (const PublishedDocument& document : *list)
      if (!is_stream(document.file)) files.push_back(document.file);
  return files;
}

// What the process says until it closes its output.
std::string output_of(ChildProcess& process, const std::function<bool()>& stopped) {
  std::string bytes;
  while (!stopped() && process.receive(bytes, kPatience).ok()) {
  }
  process.stop(kGraceSeconds);
  return bytes;
}

// A line is an object of `name` and `caption`.
Result<std::vector<PageFigure>> read_figures(const std::string& lines, const std::filesystem::path& folder) {
  std::vector<PageFigure> figures;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    DARIS_TRY_ASSIGN(const Json entry, parse_json(line, kScript));
    PageFigure figure{entry.value("name", ""), entry.value("caption", ""), ""};
    DARIS_TRY_ASSIGN(figure.svg, read_text_file(folder / (figure.name + ".svg")));
    figures.push_back(std::move(figure));
  }
  return figures;
}

std::string problem_of(const std::string& ending) {
  constexpr std::string_view kWithout = "; the tables and the page are written without figures";
  if (ending == "exit status 0") return "";
  if (ending == "exit status 77")  // the script's way to say so
    return "matplotlib is missing (Debian: python3-matplotlib)" + std::string(kWithout);
  if (ending == "exit status 127") return std::string(kPython) + " can't be run" + std::string(kWithout);
  return std::string(kScript) + " ended with " + ending + "; the page may lack figures";
}

}  // namespace

Result<Pictures> draw_pictures(const Published& published, const std::filesystem::path& folder,
                               const std::filesystem::path& data, const std::function<bool()>& stopped) {
  const std::vector<std::string> files = files_of(published);
  if (files.empty()) return Pictures{{}, "figures are drawn of files, not of pipes"};
  ChildProcess::Program program;
  program.words = {kPython, "-B", (data / kScript).string(), "-o", folder.string()};
  program.words.insert(program.words.end(), files.begin(), files.end());
  DARIS_TRY_ASSIGN(ChildProcess process, ChildProcess::start(program));
  const std::string lines = output_of(process, stopped);
  DARIS_TRY_ASSIGN(std::vector<PageFigure> figures, read_figures(lines, folder));
  return Pictures{std::move(figures), problem_of(process.ending())};
}

}  // namespace daris
