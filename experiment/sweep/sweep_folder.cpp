#include "experiment/sweep/sweep_folder.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "analysis/report/report.h"
#include "base/host/files.h"
#include "base/host/output.h"
#include "base/host/output_place.h"
#include "base/json/json.h"
#include "base/json/reader.h"
#include "base/json/write.h"
#include "experiment/sweep/id_set.h"

namespace daris {
namespace {

constexpr std::string_view kPlanSchema = "daris.sweep-plan";
constexpr int kPlanVersion = 1;

// How write_report() begins and ends a report.
constexpr std::string_view kReportBegin = "{\n  \"schema\": \"daris.report\",\n  \"version\": 1,\n";
constexpr std::string_view kReportEnd = "}\n";
constexpr std::size_t kHeadBytes = 4096;  // the id of the first point stands in them

// How write_json() writes the points of a plan that don't fit into a line.
constexpr std::string_view kPointsBegin = "\n  \"points\": [\n";
constexpr std::string_view kNoPoints = "\n  \"points\": []";
constexpr std::size_t kFewPoints = 100;
constexpr std::size_t kPlanPieceBytes = std::size_t{1} << 16;

// Takes the ids out of a plan of many, which then parses quickly and in little memory. Leaves all as it is if
// a line is not as write_plan() writes it.
std::vector<std::uint64_t> take_ids(std::string& text) {
  constexpr std::string_view kBefore = "    \"";
  constexpr std::size_t kIdBytes = 16;
  std::vector<std::uint64_t> ids;
  const std::size_t begin = text.find(kPointsBegin);
  if (begin == std::string::npos) return {};
  std::size_t at = begin + kPointsBegin.size();
  for (bool more = true; more;) {
    const std::string_view rest = std::string_view(text).substr(at, kBefore.size() + kIdBytes + 3);
    if (!rest.starts_with(kBefore) || rest.size() < kBefore.size() + kIdBytes) return {};
    const std::string_view id = rest.substr(kBefore.size(), kIdBytes);
    const std::string_view behind = rest.substr(kBefore.size() + kIdBytes);
    more = behind == "\",\n";
    if (!is_id(id) || (!more && !behind.starts_with("\"\n"))) return {};
    ids.push_back(id_number(id).value());
    at += kBefore.size() + kIdBytes + (more ? 3 : 2);
  }
  if (!std::string_view(text).substr(at).starts_with("  ]")) return {};
  text.replace(begin, at + 3 - begin, kNoPoints);
  return ids;
}

// Nothing of a file that is no provenance.
PastRuns past_run(const std::filesystem::path& file) {
  const Result<std::string> text = read_text_file(file);
  if (!text.ok()) return {};
  Result<JsonDocument> document = JsonDocument::parse(text.value(), file.string());
  if (!document.ok()) return {};
  const JsonObject facts = document.value().root_without_head(
      {"program", "commit", "command", "started_utc", "threads", "os", "cpu", "wall_s", "points_finished"});
  PastRuns past;
  past.points = static_cast<std::size_t>(facts.integer("points_finished", {.min = 0}));
  past.wall_s = facts.number("wall_s", {.min = 0});
  return document.value().status().ok() ? past : PastRuns();
}

Result<SweepPlan> parse_plan(std::string text, const std::string& origin) {
  SweepPlan plan;
  plan.ids = take_ids(text);
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  const JsonObject root = document.root(kPlanSchema, kPlanVersion, {"name", "points", "machines"});
  plan.name = root.text_or_empty("name");
  for (const std::string& id : root.texts("points", CountRange{0, kPlannedPointsMax})) {
    const std::optional<std::uint64_t> number = id_number(id);
    if (!number) root.fail("points", "\"" + id + "\" is not an id");
    plan.ids.push_back(number.value_or(0));
  }
  if (plan.ids.size() > kPlannedPointsMax) root.fail("points", "has more than 1000000 ids");
  if (root.find("machines") != nullptr) plan.machines = root.texts("machines", CountRange{0, 1'000});
  DARIS_TRY(document.status());
  return plan;
}

}  // namespace

std::filesystem::path SweepFolder::point_file(const std::string& id) const {
  return folder_ / "points" / (id + ".json");
}

bool SweepFolder::has_point(const std::string& id) const {
  std::error_code unknown;
  return std::filesystem::is_regular_file(point_file(id), unknown);
}

bool SweepFolder::has_single_files() const {
  std::error_code unknown;
  return std::filesystem::is_directory(folder_ / "points", unknown);
}

std::vector<std::filesystem::path> SweepFolder::packs() const {
  std::vector<std::filesystem::path> all;
  std::error_code failed;
  std::filesystem::directory_iterator files(folder_ / "packs", failed);
  for (; !failed && files != std::filesystem::directory_iterator(); files.increment(failed)) {
    if (files->path().extension() == ".pack") all.push_back(files->path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

void SweepFolder::pack_points(const std::string& name) {
  pack_ = std::make_shared<PackWriter>(folder_ / "packs", name);
}

std::filesystem::path SweepFolder::failure_file(const std::string& id) const {
  return folder_ / "failed" / (id + ".json");
}

bool SweepFolder::is_own_file(const std::filesystem::path& file) const {
  const Result<OutputPlace> place = find_output_place(file);
  if (!place.ok()) return false;
  const std::filesystem::path target = std::filesystem::absolute(place.value().file);
  std::error_code unknown;
  const auto lies_in = [&](const std::filesystem::path& folder) {
    return std::filesystem::equivalent(target.parent_path(), folder, unknown);
  };
  const bool is_plan = target.filename() == "plan.json" && lies_in(folder_);
  return is_plan || lies_in(folder_ / "points") || lies_in(folder_ / "packs") ||
         lies_in(folder_ / "failed") || lies_in(folder_ / "provenance");
}

Status SweepFolder::check_writable() const {
  const char* const point = pack_ == nullptr ? "points/ID.json" : "packs/TIME.pack";
  for (const char* const name : {"plan.json", point, "failed/ID.json", "provenance/TIME.json"}) {
    DARIS_TRY(check_output((folder_ / name).string()));
  }
  return {};
}

bool is_report_of(std::string_view text, const std::string& id) {
  return text.starts_with(kReportBegin) && text.ends_with(kReportEnd) &&
         text.substr(0, kHeadBytes).find("\"id\": \"" + id + "\"") != std::string_view::npos;
}

// A file of 20 kB need not be read whole to know it.
bool SweepFolder::has_whole_point(const std::string& id) const {
  std::ifstream file(point_file(id), std::ios::binary);
  std::string text(kHeadBytes, ' ');
  file.read(text.data(), kHeadBytes);
  text.resize(static_cast<std::size_t>(file.gcount()));
  file.clear();
  file.seekg(-static_cast<std::streamoff>(kReportEnd.size()), std::ios::end);
  std::string end(kReportEnd.size(), ' ');
  file.read(end.data(), static_cast<std::streamsize>(end.size()));
  return file.good() && is_report_of(text + end, id);
}

Status SweepFolder::write_point(const std::string& id, const Json& report) const {
  if (pack_ == nullptr) {
    DARIS_TRY(keep_output(point_file(id).string(), write_report(report), "point-" + id));
  } else {
    DARIS_TRY(pack_point(id, write_report(report)));
  }
  std::error_code none;
  std::filesystem::remove(failure_file(id), none);
  return {};
}

Status SweepFolder::pack_point(const std::string& id, const std::string& text) const {
  const Status status = pack_->add(id_number(id).value(), text);
  if (status.ok()) return {};
  return keep_elsewhere(
      status.error(), [&](const TakePiece& take) { return take(text); }, "point-" + id);
}

Status SweepFolder::finish_points() const { return pack_ == nullptr ? Status() : pack_->finish(); }

Status SweepFolder::write_failure(const PointFailure& failure) const {
  return write_file_atomically(
      failure_file(failure.id),
      write_json({{"id", failure.id}, {"point", failure.label}, {"reason", failure.reason}}));
}

std::optional<std::string> SweepFolder::failure_of(const std::string& id) const {
  const Result<std::string> text = read_text_file(failure_file(id));
  if (!text.ok()) return std::nullopt;
  Result<JsonDocument> document = JsonDocument::parse(text.value(), failure_file(id).string());
  if (!document.ok()) return std::nullopt;
  const JsonObject facts = document.value().root_without_head({"id", "point", "reason"});
  const std::string reason = facts.text("reason");
  return document.value().status().ok() ? std::optional<std::string>(reason) : std::nullopt;
}

// As write_json() would write it. Its values would take ten times the memory of the text.
Status SweepFolder::write_plan(const SweepPlan& plan) const {
  Json document = {{"schema", kPlanSchema},
                   {"version", kPlanVersion},
                   {"name", plan.name},
                   {"points", Json::array()},
                   {"machines", plan.machines}};
  const std::size_t few = std::min(plan.ids.size(), kFewPoints);
  for (std::size_t i = 0; i < few; ++i) document["points"].push_back(id_text(plan.ids[i]));
  const std::string text = write_json(document);
  const std::size_t end = few < plan.ids.size() ? text.find("\n  ]", text.find(kPointsBegin)) : text.size();
  return write_file_atomically(folder_ / "plan.json", [&](const TakePiece& take) {
    int error = take(std::string_view(text).substr(0, end));
    std::string piece;
    for (std::size_t i = few; i < plan.ids.size() && error == 0; ++i) {
      piece += ",\n    \"" + id_text(plan.ids[i]) + "\"";
      if (piece.size() < kPlanPieceBytes && i + 1 < plan.ids.size()) continue;
      error = take(piece);
      piece.clear();
    }
    return error == 0 ? take(std::string_view(text).substr(end)) : error;
  });
}

Status SweepFolder::write_provenance(const std::string& name, const Json& facts) const {
  return write_file_atomically(folder_ / "provenance" / (name + ".json"), write_json(facts));
}

PastRuns SweepFolder::past_runs() const {
  PastRuns all;
  std::error_code failed;
  std::filesystem::directory_iterator files(folder_ / "provenance", failed);
  for (; !failed && files != std::filesystem::directory_iterator(); files.increment(failed)) {
    const PastRuns one = past_run(files->path());
    all.points += one.points;
    all.wall_s += one.wall_s;
  }
  return all;
}

bool SweepFolder::has_plan() const {
  std::error_code unknown;
  return std::filesystem::is_regular_file(folder_ / "plan.json", unknown);
}

Result<SweepPlan> SweepFolder::read_plan() const {
  const std::filesystem::path file = folder_ / "plan.json";
  Result<std::string> text = read_text_file(file);
  if (!text.ok()) return text.error().with("; the folder of a sweep is needed");
  Result<SweepPlan> plan = parse_plan(std::move(text).value(), file.string());
  if (plan.ok()) return plan;
  return plan.error().with("; without this file daris sweep writes it anew, and keeps the finished points");
}

}  // namespace daris
