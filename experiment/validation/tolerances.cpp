#include "experiment/validation/tolerances.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/reader.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "base/nearest_name.h"

namespace daris {
namespace {

constexpr double kWorseFactor = 1.1;
constexpr double kWorseLeast = 0.001;
constexpr NumberRange kErrorRange{.min = 0, .max = 1e6};

constexpr std::array<std::string_view, 12> kFigures{
    "throughput_jobs_per_s", "on_time_jobs_per_s", "energy_j_per_job", "stage_slowdown_mean",
    "deadline_miss_rate",    "rejection_rate",     "loss_rate",        "response_mean_ms",
    "response_p50_ms",       "response_p95_ms",    "response_p99_ms",  "migrations_per_job"};

// One number of a summary, and what people call it.
struct Measure {
  const char* name;
  double (*of)(const FigureSummary&);
  std::optional<double> ErrorLimit::*limit;
};
constexpr std::array<Measure, 4> kMeasures{{
    {"mean", [](const FigureSummary& summary) { return summary.mean; }, &ErrorLimit::mean},
    {"p90", [](const FigureSummary& summary) { return summary.p90; }, &ErrorLimit::p90},
    {"largest", [](const FigureSummary& summary) { return summary.largest; }, &ErrorLimit::largest},
    {"bias", [](const FigureSummary& summary) { return std::abs(summary.bias); }, &ErrorLimit::bias},
}};

std::string place_of(const std::string& figure, std::optional<std::uint32_t> level) {
  return level ? fmt::format("{} of level {}", figure, *level) : figure;
}

std::string percent_of(double share) { return fmt::format("{:.2f}%", 100 * share); }

ErrorLimit limit_from(const JsonObject& object) {
  ErrorLimit limit;
  limit.figure = object.text("figure");
  if (std::find(kFigures.begin(), kFigures.end(), limit.figure) == kFigures.end())
    object.fail("figure", "\"" + limit.figure + "\" is no figure; " + did_you_mean(limit.figure, kFigures));
  const std::optional<std::int64_t> level = object.optional_integer("level", {.min = 0, .max = 1000});
  if (level) limit.level = static_cast<std::uint32_t>(*level);
  for (const Measure& measure : kMeasures)
    limit.*measure.limit = object.optional_number(measure.name, kErrorRange);
  const bool checks = std::any_of(kMeasures.begin(), kMeasures.end(),
                                  [&](const Measure& measure) { return (limit.*measure.limit).has_value(); });
  if (!checks) object.fail("figure", "has no limit; one of mean, p90, largest and bias is needed");
  return limit;
}

void check_limit(const FigureSummary& summary, const ErrorLimit& limit, std::vector<std::string>& past) {
  for (const Measure& measure : kMeasures) {
    const std::optional<double> most = limit.*measure.limit;
    if (!most || measure.of(summary) <= *most) continue;
    past.push_back(fmt::format("{}: {} {} is above {}", place_of(summary.figure, summary.level), measure.name,
                               percent_of(measure.of(summary)), percent_of(*most)));
  }
}

const FigureSummary* find_summary(const Validation& validation, const Json& like) {
  for (const FigureSummary& summary : validation.summary) {
    const Json level = summary.level ? Json(*summary.level) : Json(nullptr);
    if (summary.points > 0 && like.at("figure") == summary.figure && like.at("level") == level)
      return &summary;
  }
  return nullptr;
}

void compare_summary(const FigureSummary& now, const Json& before, std::vector<std::string>& worse) {
  for (const Measure& measure : kMeasures) {
    const double was = std::abs(before.at(measure.name).get<double>());
    const double is = measure.of(now);
    if (is <= was * kWorseFactor || is <= was + kWorseLeast) continue;
    worse.push_back(fmt::format("{}: {} was {}, and is {}", place_of(now.figure, now.level), measure.name,
                                percent_of(was), percent_of(is)));
  }
}

}  // namespace

Result<Tolerances> parse_tolerances(const std::string& text, const std::string& origin) {
  DARIS_TRY_ASSIGN(JsonDocument document, JsonDocument::parse(text, origin));
  const JsonObject root =
      document.root("daris.tolerances", 1, {"schema", "version", "coverage_min", "limits"});
  Tolerances tolerances;
  tolerances.coverage_min = root.optional_number("coverage_min", {.min = 0, .max = 1});
  for (const JsonObject& object :
       root.objects("limits", {.min = 0, .max = 1000}, {"figure", "level", "mean", "p90", "largest", "bias"}))
    tolerances.limits.push_back(limit_from(object));
  if (tolerances.limits.empty() && !tolerances.coverage_min)
    root.fail("limits", "is empty and there is no coverage_min, so nothing would be checked");
  DARIS_TRY(document.status());
  return tolerances;
}

Result<Tolerances> read_tolerances(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_tolerances(text, file.string());
}

std::vector<std::string> past_tolerances(const Validation& validation, const Tolerances& tolerances) {
  std::vector<std::string> past;
  const auto simulated = static_cast<double>(validation.points.size());
  const double all = simulated + static_cast<double>(validation.uncovered.size());
  if (tolerances.coverage_min && simulated < *tolerances.coverage_min * all) {
    past.push_back(fmt::format("coverage: {} of {} points are below {}", simulated, all,
                               percent_of(*tolerances.coverage_min)));
  }
  for (const ErrorLimit& limit : tolerances.limits) {
    bool shown = false;
    for (const FigureSummary& summary : validation.summary) {
      const bool meant = summary.figure == limit.figure && (!limit.level || limit.level == summary.level);
      if (!meant || summary.points == 0) continue;
      shown = true;
      check_limit(summary, limit, past);
    }
    if (!shown) past.push_back(place_of(limit.figure, limit.level) + ": no point has an error to check");
  }
  return past;
}

Result<Json> read_validation(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  DARIS_TRY_ASSIGN(Json document, parse_json(text, file.string()));
  static const Json schema = Json::parse(schema_text("daris.validation"));
  DARIS_TRY(validate_document(schema, document, file.string()));
  return document;
}

std::vector<std::string> worse_than(const Validation& validation, const Json& before) {
  std::vector<std::string> worse;
  const auto were = before.at("coverage").at("simulated").get<std::size_t>();
  if (validation.points.size() < were)
    worse.push_back(
        fmt::format("coverage: {} points were simulated, and {} are", were, validation.points.size()));
  for (const Json& summary : before.at("summary")) {
    if (summary.at("points") == 0) continue;
    const FigureSummary* const now = find_summary(validation, summary);
    if (now != nullptr) {
      compare_summary(*now, summary, worse);
    } else {
      worse.push_back(summary.at("figure").get<std::string>() +
                      ": no point has an error to compare any more");
    }
  }
  return worse;
}

}  // namespace daris
