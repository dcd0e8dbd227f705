#include "experiment/sweep/sweep_folder.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <system_error>

#include "analysis/report/report.h"
#include "base/host/files.h"
#include "base/host/output.h"
#include "base/host/output_place.h"
#include "base/json/json.h"
#include "base/json/reader.h"
#include "base/json/write.h"

namespace daris {
namespace {

constexpr std::string_view kPlanSchema = "daris.sweep-plan";
constexpr int kPlanVersion = 1;

// Only ids may become names of files.
bool is_id(const std::string& text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return std::all_of(text.begin(), text.end(), is_hex);
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

Result<SweepPlan> parse_plan(const std::string& text, const std::string& origin) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  const JsonObject root = document.root(kPlanSchema, kPlanVersion, {"name", "points", "machines"});
  SweepPlan plan;
  plan.name = root.text_or_empty("name");
  plan.ids = root.texts("points", CountRange{0, 1'000'000});
  if (root.find("machines") != nullptr) plan.machines = root.texts("machines", CountRange{0, 1'000});
  for (const std::string& id : plan.ids) {
    if (!is_id(id)) root.fail("points", "\"" + id + "\" is not an id");
  }
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
  return is_plan || lies_in(folder_ / "points") || lies_in(folder_ / "failed") ||
         lies_in(folder_ / "provenance");
}

Status SweepFolder::check_writable() const {
  for (const char* const name : {"plan.json", "points/ID.json", "failed/ID.json", "provenance/TIME.json"}) {
    DARIS_TRY(check_output((folder_ / name).string()));
  }
  return {};
}

// How write_report() begins and ends a report, and where the id of its point stands. So a file of 20 kB need
// not be parsed to know it.
bool SweepFolder::has_whole_point(const std::string& id) const {
  constexpr std::string_view kBegin = "{\n  \"schema\": \"daris.report\",\n  \"version\": 1,\n";
  constexpr std::string_view kEnd = "}\n";
  constexpr std::streamsize kHeadBytes = 4096;
  std::ifstream file(point_file(id), std::ios::binary);
  std::string head(kHeadBytes, ' ');
  file.read(head.data(), kHeadBytes);
  head.resize(static_cast<std::size_t>(file.gcount()));
  const bool own = head.starts_with(kBegin) && head.find("\"id\": \"" + id + "\"") != std::string::npos;
  file.clear();
  file.seekg(-static_cast<std::streamoff>(kEnd.size()), std::ios::end);
  std::string end(kEnd.size(), ' ');
  file.read(end.data(), static_cast<std::streamsize>(end.size()));
  return own && file.good() && end == kEnd;
}

Status SweepFolder::write_point(const std::string& id, const Json& report) const {
  DARIS_TRY(keep_output(point_file(id).string(), write_report(report), "point-" + id));
  std::error_code none;
  std::filesystem::remove(failure_file(id), none);
  return {};
}

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

Status SweepFolder::write_plan(const SweepPlan& plan) const {
  const Json document = {{"schema", kPlanSchema},
                         {"version", kPlanVersion},
                         {"name", plan.name},
                         {"points", plan.ids},
                         {"machines", plan.machines}};
  return write_file_atomically(folder_ / "plan.json", write_json(document));
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
  const Result<std::string> text = read_text_file(file);
  if (!text.ok()) return text.error().with("; the folder of a sweep is needed");
  Result<SweepPlan> plan = parse_plan(text.value(), file.string());
  if (plan.ok()) return plan;
  return plan.error().with("; without this file daris sweep writes it anew, and keeps the finished points");
}

}  // namespace daris
