// Builds, reads and merges reports (schema daris.report).
//
// Figures that are ratios, means or intervals are rounded to 10 significant digits (statistics.h); counts are
// exact.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "analysis/report/saturation.h"
#include "base/json/json.h"
#include "base/result.h"

namespace daris {

enum class ReportKind { kSimulated, kLive };

// What is unknown is null in the document.
struct Provenance {
  std::string program;  // "daris 0.1.0"
  std::optional<std::string> commit;
  std::optional<std::string> command;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> profile_sha256;
  std::optional<std::string> contention_model_sha256;
  std::optional<std::string> gpu, driver;  // live: of the run; simulated: of the profile
  std::optional<std::string> cuda, cudnn, libtorch, cupti, os, cpu;  // versions
  std::optional<std::string> started_utc;                            // ISO 8601
  std::optional<double> wall_s;
};

// How `load` came about for one task group.
struct GroupLoad {
  std::string task;
  double demand_jobs_per_s = 0;
  std::optional<double> saturation_jobs_per_s;  // the closed-loop capacity it is measured against
};

// A point apart from its results.
struct PointDescription {
  std::string id;
  Json config;  // fully resolved. Keys as the options of `daris sim` with "_" ("task_set", "load", "policy",
                // ...); the policy's switches in an object "switches": key -> value as a text
  std::vector<std::uint32_t> granted_sms;
  std::optional<double> load_reached;
  std::vector<GroupLoad> group_loads;
  std::vector<std::uint32_t> batch_limits;  // B of each batch group, for policies that batch
  std::uint64_t stage_times_interpolated =
      0;  // of the stage times used, how many lie between profiled quotas
  std::uint64_t stage_times = 0;
  std::vector<std::string> warnings;  // "the profile is of another GPU (...)"
  bool partial = false;               // interrupted: replications are missing, or the only one was cut short
  std::optional<SlotSaturation> saturation;  // of a live run, where it was measured
};

// One point of a report. `replications`: one RunResults each, in order of replication. REQUIRES: not empty.
[[nodiscard]] Json point_to_json(const PointDescription& point, const RunDescription& run,
                                 std::span<const RunResults> replications);

// What `--require-slo` finds wrong, in one line: task groups whose SLO is not met, or that no group has one.
// Nothing where all is well.
[[nodiscard]] std::optional<std::string> slo_failure(const Json& point);

// `points`: as from point_to_json(), in the order in which they shall stand.
[[nodiscard]] Json make_report(ReportKind kind, const Provenance& provenance, std::vector<Json> points);

// One report of all their points, in the order given, the same point once. `command`, `started_utc` and
// `wall_s` become null, and what else of the provenance differs. REQUIRES: each came from make_report() or
// parse_report(). Errors: simulated beside live; one id with two different results. `names[i]` is what a
// message calls report i.
[[nodiscard]] Result<Json> merge_reports(std::span<const Json> reports, std::span<const std::string> names);

// The document's bytes: indented by two, a line break at the end.
[[nodiscard]] std::string write_report(const Json& report);

// Errors: as interfaces.md, "Input that is wrong". What comes back validates against the schema.
[[nodiscard]] Result<Json> read_report(const std::filesystem::path& file);
[[nodiscard]] Result<Json> parse_report(const std::string& text, const std::string& origin);

// The point of that id. Errors: none; the message has the nearest id. The pointer lives as long as `report`.
[[nodiscard]] Result<const Json*> find_point(const Json& report, const std::string& id);

}  // namespace daris
