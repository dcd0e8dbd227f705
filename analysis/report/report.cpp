#include "analysis/report/report.h"

#include <vector>

#include <fmt/format.h>

#include "analysis/report/results_json.h"
#include "analysis/report/statistics.h"
#include "base/check.h"
#include "base/host/files.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "base/json/write.h"
#include "base/nearest_name.h"

namespace daris {
namespace {

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json provenance_to_json(const Provenance& provenance) {
  Json versions = {{"cuda", or_null(provenance.cuda)},
                   {"cudnn", or_null(provenance.cudnn)},
                   {"libtorch", or_null(provenance.libtorch)},
                   {"cupti", or_null(provenance.cupti)},
                   {"os", or_null(provenance.os)},
                   {"cpu", or_null(provenance.cpu)}};
  return {{"program", provenance.program},
          {"commit", or_null(provenance.commit)},
          {"command", or_null(provenance.command)},
          {"seed", or_null(provenance.seed)},
          {"profile_sha256", or_null(provenance.profile_sha256)},
          {"contention_model_sha256", or_null(provenance.contention_model_sha256)},
          {"gpu", or_null(provenance.gpu)},
          {"driver", or_null(provenance.driver)},
          {"versions", std::move(versions)},
          {"started_utc", or_null(provenance.started_utc)},
          {"wall_s", rounded_or_null(provenance.wall_s)}};
}

Json loads_to_json(const std::vector<GroupLoad>& loads) {
  Json result = Json::array();
  for (const GroupLoad& load : loads) {
    result.push_back({{"task", load.task},
                      {"demand_jobs_per_s", rounded(load.demand_jobs_per_s)},
                      {"saturation_jobs_per_s", rounded_or_null(load.saturation_jobs_per_s)}});
  }
  return result;
}

Json warmup_cut_to_json(const WarmupCut& cut) {
  return {{"method", "mser-5"},
          {"cut_s", cut.cut.seconds()},
          {"jobs", cut.jobs},
          {"jobs_cut", cut.jobs_cut},
          {"settled", cut.settled}};
}

// The task, and how many jobs it lacks for the limits that were not shown.
std::string unshown_text(const Json& task) {
  const auto& name = task.at("name").get_ref<const std::string&>();
  if (task.at("released") == 0) return name + " (no job was released)";
  std::vector<std::string> limits;
  for (const auto& [limit, jobs] : task.at("slo_jobs_missing").items())
    limits.push_back(
        fmt::format("{} needs {} more {}", limit, jobs.get<std::uint64_t>(), jobs == 1 ? "job" : "jobs"));
  return fmt::format("{} ({})", name, fmt::join(limits, ", "));
}

// Fields of `provenance` in which `other` differs become null.
void keep_common(Json& provenance, const Json& other) {
  for (auto& [key, value] : provenance.items()) {
    if (value.is_object()) {
      keep_common(value, other.at(key));
    } else if (value != other.at(key)) {
      value = nullptr;
    }
  }
}

// A merge leaves these out even if reports agree on them, so that equal work gives equal bytes.
void forget_the_run(Json& provenance) {
  for (const char* key : {"command", "started_utc", "wall_s"}) provenance[key] = nullptr;
}

}  // namespace

Json point_to_json(const PointDescription& point, const RunDescription& run,
                   std::span<const RunResults> replications) {
  Json json = {
      {"id", point.id},
      {"config", *point.config},
      {"granted_sms", point.granted_sms},
      {"load_reached", rounded_or_null(point.load_reached)},
      {"loads", loads_to_json(point.group_loads)},
      {"batch_limits", point.batch_limits},
      {"stage_times", {{"used", point.stage_times}, {"interpolated", point.stage_times_interpolated}}},
      {"warnings", point.warnings},
      {"partial", point.partial},
      {"saturation",
       point.saturation ? saturation_to_json(*point.saturation, run, replications) : Json(nullptr)},
      {"results", results_to_json(run, replications)},
      {"confidence", confidence_to_json(run, replications)}};
  if (point.policy_sha256) json["policy_sha256"] = *point.policy_sha256;
  if (point.warmup_cut) json["warmup"] = warmup_cut_to_json(*point.warmup_cut);
  if (point.precision) json["precision"] = precision_to_json(*point.precision);
  if (point.shape) json["shape"] = shape_choice_to_json(*point.shape);
  return json;
}

std::optional<std::string> slo_failure(const Json& point) {
  std::vector<std::string> broken;
  std::vector<std::string> unshown;
  bool any = false;
  for (const Json& task : point.at("results").at("tasks")) {
    any = any || !task.at("slo_margin").empty();
    if (task.at("slo_met") == false) broken.push_back(task.at("name").get<std::string>());
    if (task.at("slo_met").is_null() && !task.at("slo_margin").empty()) unshown.push_back(unshown_text(task));
  }
  if (!any) return "no task has a service level objective";
  if (broken.empty() && unshown.empty()) return std::nullopt;
  std::vector<std::string> parts;
  if (!broken.empty())
    parts.push_back(fmt::format("service level objectives are not met: {}", fmt::join(broken, ", ")));
  if (!unshown.empty())
    parts.push_back(fmt::format("objectives that the run did not show: {}", fmt::join(unshown, "; ")));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string_view to_text(ReportKind kind) { return kind == ReportKind::kSimulated ? "simulated" : "live"; }

Json make_report(ReportKind kind, const Provenance& provenance, std::vector<Json> points) {
  Json report;
  report["schema"] = "daris.report";
  report["version"] = 1;
  report["kind"] = to_text(kind);
  report["provenance"] = provenance_to_json(provenance);
  report["points"] = Json::array();
  for (Json& point : points) report["points"].push_back(std::move(point));
  return report;
}

Json head_of_merge(const Json& report) {
  Json merged;
  for (const auto& [key, value] : report.items()) merged[key] = key == "points" ? Json::array() : value;
  forget_the_run(merged["provenance"]);
  return merged;
}

Status merge_head(Json& merged, const Json& report, const std::string& name, const std::string& first_name) {
  if (report.at("kind") != merged.at("kind")) {
    return Error{fmt::format("{}: kind: \"{}\", but {} is \"{}\"; simulated and live reports can't be merged",
                             name, report.at("kind").get<std::string>(), first_name,
                             merged.at("kind").get<std::string>())};
  }
  keep_common(merged["provenance"], report.at("provenance"));
  return {};
}

std::string write_report(const Json& report) { return write_json(report); }

Result<Json> parse_report(const std::string& text, const std::string& origin) {
  DARIS_TRY_ASSIGN(Json document, parse_json(text, origin));
  static const Json schema = Json::parse(schema_text("daris.report"));
  DARIS_TRY(validate_document(schema, document, origin));
  return document;
}

Result<Json> read_report(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_report(text, file.string());
}

Result<const Json*> find_point(const Json& report, const std::string& id) {
  std::vector<std::string_view> ids;
  for (const Json& point : report.at("points")) {
    const auto& known = point.at("id").get_ref<const std::string&>();
    if (known == id) return &point;
    ids.push_back(known);
  }
  if (ids.empty()) return Error{"no point \"" + id + "\": the report has no points"};
  return Error{"no point \"" + id + "\"; " + did_you_mean(id, ids)};
}

}  // namespace daris
