#include "analysis/publication/published.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "analysis/publication/report_points.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "base/sha256.h"

namespace daris {
namespace {

constexpr std::string_view kKinds =
    "\"daris.report\", \"daris.validation\", \"daris.ablations\" or \"daris.published\"";

struct Kind {
  std::string_view schema;
  std::vector<PublishedDocument> Published::*list;
};
constexpr std::array<Kind, 4> kDocuments{{{"daris.report", &Published::reports},
                                          {"daris.validation", &Published::validations},
                                          {"daris.ablations", &Published::ablations},
                                          {"daris.published", &Published::others}}};

// Null if the schema is none of them.
const Kind* kind_of(const Json& schema) {
  for (const Kind& kind : kDocuments)
    if (schema == kind.schema) return &kind;
  return nullptr;
}

// Says more than the schema would: a newer program may have written the file.
Status check_head(const Json& document, const std::string& file) {
  if (!document.is_object())
    return Error{file + ": is not a JSON object; " + std::string(kKinds) + " is needed"};
  const Json schema = document.value("schema", Json());
  if (kind_of(schema) == nullptr)
    return Error{fmt::format("{}: schema: {} can't be published; {} is needed", file, schema.dump(), kKinds)};
  const Json version = document.value("version", Json());
  if (version == 1) return {};
  return Error{fmt::format("{}: version: {} is not known; this program reads version 1 of {}", file,
                           version.dump(), schema.get<std::string>())};
}

Status add_file(const std::string& file, std::size_t threads, Published& to) {
  std::error_code failed;
  if (std::filesystem::is_directory(file, failed))
    return Error{file + ": is a folder; `daris merge` makes a report of a sweep's folder"};
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  ReportPoints points(threads);
  const JsonListener listener{"points", [&](Json& document) { points.hear(document); }};
  DARIS_TRY_ASSIGN(Json document, parse_json(text, file, JsonOrigin::kFile, &listener));
  DARIS_TRY(check_head(document, file));
  const Kind* const kind = kind_of(document["schema"]);
  const bool is_report = kind->schema == "daris.report";
  if (!is_report || !points.finish(document)) {
    // A part of a report is wrong. The whole of it, as it was, names the place.
    if (is_report) document = parse_json(text, file).value();
    const auto name = document["schema"].get<std::string>();
    DARIS_TRY(validate_document(Json::parse(schema_text(name)), document, file));
  }
  (to.*kind->list).push_back({file, sha256_hex(text), std::move(document)});
  return {};
}

std::string text_or(const Json& value, const std::string& otherwise) {
  return value.is_string() ? value.get<std::string>() : otherwise;
}

}  // namespace

Result<Published> read_published(std::span<const std::string> files, std::size_t threads) {
  Published published;
  for (const std::string& file : files) DARIS_TRY(add_file(file, threads, published));
  return published;
}

Status check_points(const Published& published) {
  if (published.reports.empty()) return Error{"there is no report among the files; a daris.report is needed"};
  for (const PublishedDocument& report : published.reports)
    if (!report.content["points"].empty()) return {};
  return Error{published.reports.front().file + ": points: there are none"};
}

std::vector<PublishedPoint> points_of(const Published& published) {
  std::vector<PublishedPoint> points;
  for (std::size_t i = 0; i < published.reports.size(); ++i) {
    const Json& all = published.reports[i].content["points"];
    points.reserve(points.size() + all.size());
    for (const Json& point : all) points.push_back({i, &point, flat_config(point)});
  }
  return points;
}

std::vector<std::uint64_t> levels_in(std::span<const PublishedPoint> points) {
  std::set<std::uint64_t> levels;
  for (const PublishedPoint& point : points)
    for (const Json& level : point.point->at("results").at("levels"))
      levels.insert(level.at("priority").get<std::uint64_t>());
  return {levels.begin(), levels.end()};
}

bool is_of_policy(const std::string& key, std::span<const PublishedPoint> points) {
  if (!key.starts_with("switches.")) return false;
  const auto text = [](const FlatConfig& config, const std::string& wanted) {
    const std::string* const value = find_setting(config, wanted);
    return value == nullptr ? std::string("-") : *value;
  };
  std::map<std::string, std::string> values;
  return std::all_of(points.begin(), points.end(), [&](const PublishedPoint& point) {
    const std::string value = text(point.config, key);
    return values.try_emplace(text(point.config, "policy"), value).first->second == value;
  });
}

std::string short_name(const Published& published, std::size_t report) {
  const auto name_of = [](const PublishedDocument& document) {
    return std::filesystem::path(document.file).filename().string();
  };
  const std::string name = name_of(published.reports[report]);
  const auto count = std::count_if(published.reports.begin(), published.reports.end(),
                                   [&](const PublishedDocument& other) { return name_of(other) == name; });
  return count == 1 ? name : published.reports[report].file;
}

std::string world_of(const Json& report) {
  const Json& provenance = report.at("provenance");
  std::string machine = text_or(provenance.at("gpu"), "");
  if (machine.empty()) machine = text_or(provenance.at("versions").at("cpu"), "");
  const std::string driver = text_or(provenance.at("driver"), "");
  if (!machine.empty() && !driver.empty()) machine += ", driver " + driver;
  if (report.at("kind") == "simulated") return machine.empty() ? "simulated" : "simulated: " + machine;
  return machine.empty() ? "measured" : "measured on " + machine;
}

}  // namespace daris
