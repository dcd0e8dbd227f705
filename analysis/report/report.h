// Makes, reads and merges reports (schema daris.report).
//
// Ratios, means and intervals are rounded to 10 significant digits (analysis/report/statistics.h). Counts are
// exact.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/report/precision.h"
#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "analysis/report/saturation.h"
#include "analysis/report/shape_choice.h"
#include "base/json/json_fwd.h"
#include "base/result.h"

namespace daris {

enum class ReportKind { kSimulated, kLive };
[[nodiscard]] std::string_view to_text(ReportKind kind);  // as documents have it

// A field that is not known is null in the document.
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

// Tells how the load of one task group came about.
struct GroupLoad {
  std::string task;
  double demand_jobs_per_s = 0;
  std::optional<double> saturation_jobs_per_s;  // the closed-loop capacity it is measured against
};

// The warm-up that a search cut (analysis/report/mser.h).
struct WarmupCut {
  Duration cut;
  std::uint64_t jobs = 0;      // completed ones of the run that was looked at
  std::uint64_t jobs_cut = 0;  // of these
  bool settled = false;
};

// A point without its results.
struct PointDescription {
  std::string id;
  // The settled configuration. Its keys are the options of `daris sim`, with "_" ("task_set", "load",
  // "policy", ...). The policy's switches are in an object "switches": key -> value as a text. Not null.
  std::shared_ptr<const Json> config;
  std::optional<std::string> policy_sha256;  // of the file that the policy comes from, if it does
  std::vector<std::uint32_t> granted_sms;
  std::optional<ShapeChoice> shape;  // if the configuration leaves it to a search
  std::optional<double> load_reached;
  std::vector<GroupLoad> group_loads;
  std::vector<std::uint32_t> batch_limits;     // B of each batch group, for policies that batch
  std::uint64_t stage_times = 0;               // how many were used
  std::uint64_t stage_times_interpolated = 0;  // of these, how many lie between profiled quotas
  std::vector<std::string> warnings;           // "the profile is of another GPU (...)"
  bool partial = false;  // it was interrupted: replications are missing, or the only one was cut short
  std::optional<WarmupCut> warmup_cut;        // if the configuration leaves the warm-up to a search
  std::optional<PrecisionReached> precision;  // if the configuration asks for one
  std::optional<SlotSaturation> saturation;   // of a live run that measured it
};

// One point of a report. `replications` has the results of each, in their order. REQUIRES: it is not empty.
[[nodiscard]] Json point_to_json(const PointDescription& point, const RunDescription& run,
                                 std::span<const RunResults> replications);

// Says in one line what `--require-slo` finds wrong: groups whose SLO is not met or was not shown, or that no
// group has an SLO. Returns nullopt if all SLOs are met. REQUIRES: the point is of this program's making.
[[nodiscard]] std::optional<std::string> slo_failure(const Json& point);

// `points` are from point_to_json(), in the order in which they shall stand.
[[nodiscard]] Json make_report(ReportKind kind, const Provenance& provenance, std::vector<Json> points);

// Begins a merge of reports: `report` without its points. `command`, `started_utc` and `wall_s` become
// null.
[[nodiscard]] Json head_of_merge(const Json& report);
// Goes on with it: each field of the provenance in which `report` differs becomes null. Messages call
// `report` and the first one by their names. Errors: one is simulated, the other live. REQUIRES: each report
// came from make_report() or parse_report().
[[nodiscard]] Status merge_head(Json& merged, const Json& report, const std::string& name,
                                const std::string& first_name);

// The bytes of the document: indented by two, with a line feed at the end.
[[nodiscard]] std::string write_report(const Json& report);

// Errors: as docs/formats.md, "Input that is wrong". A report that comes back validates against the schema.
[[nodiscard]] Result<Json> read_report(const std::filesystem::path& file);
[[nodiscard]] Result<Json> parse_report(const std::string& text, const std::string& origin);

// The point of that id. The pointer lives as long as `report`. Errors: there is none; the message has the
// nearest id.
[[nodiscard]] Result<const Json*> find_point(const Json& report, const std::string& id);

}  // namespace daris
